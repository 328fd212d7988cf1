using System.Net;
using Microsoft.AspNetCore.Connections;

namespace MeshProxy.Admin;

/// <summary>
/// Bounds the connections of others, and never those of loopback: a flood from the network must not keep the pod's own
/// <c>meshproxy shutdown</c> or a port-forward out. One too many is closed before anything is read from it.
/// </summary>
internal sealed class AdminConnectionLimit
{
    /// <summary>Probes and scrapers need a handful; an idle connection of Kestrel holds about 12 KiB.</summary>
    private const int MostFromOthers = 128;

    private int _fromOthers;

    public ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        if (connection.RemoteEndPoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address))
        {
            await next(connection);
            return;
        }
        try
        {
            if (Interlocked.Increment(ref _fromOthers) <= MostFromOthers)
                await next(connection);
            else
                connection.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref _fromOthers);
        }
    };
}
