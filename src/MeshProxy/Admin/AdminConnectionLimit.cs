using System.Net;
using Microsoft.AspNetCore.Connections;

namespace MeshProxy.Admin;

/// <summary>
/// Bounds the open connections, those of loopback apart from the others': a flood from the network must not keep the pod's own
/// <c>meshproxy shutdown</c> or a port-forward out. The bounds fit the descriptors that the data plane leaves free, and are held as
/// connections are accepted: where descriptors are out altogether,
/// the runtime can load no assembly and start no thread, and ends the process.
/// </summary>
internal sealed class AdminConnectionLimit
{
    /// <summary>Probes and scrapers need a handful.</summary>
    public const int MostFromOthers = 12;

    /// <summary>A browser opens six, for a moment; then the page takes one.</summary>
    public const int MostFromLoopback = 24;

    private int _fromOthers;
    private int _fromLoopback;

    /// <summary>False where the connection is one too many; where true, it is counted until it has passed <see cref="Release"/>.</summary>
    public bool TryTake(EndPoint? client)
    {
        ref var open = ref Count(client, out var most);
        if (Interlocked.Increment(ref open) <= most)
            return true;
        Interlocked.Decrement(ref open);
        return false;
    }

    /// <summary>Kestrel's middleware around a connection's whole life.</summary>
    public ConnectionDelegate Release(ConnectionDelegate next) => async connection =>
    {
        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref Count(connection.RemoteEndPoint, out _));
        }
    };

    private ref int Count(EndPoint? client, out int most)
    {
        var loopback = client is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address);
        most = loopback ? MostFromLoopback : MostFromOthers;
        return ref loopback ? ref _fromLoopback : ref _fromOthers;
    }
}
