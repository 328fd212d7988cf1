using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Http;

/// <summary>Stands in a pod between a program and the network, passes everything on and keeps a copy.</summary>
internal sealed class Tap : IDisposable
{
    private readonly ConcurrentQueue<Task<TappedConnection>> _connections = [];
    private readonly NetworkNamespace _space;
    private readonly Socket _listener;
    private readonly IPEndPoint _target;

    public Tap(NetworkNamespace space, IPEndPoint at, IPEndPoint target)
    {
        (_space, _target) = (space, target);
        _listener = space.Listen(at.Address, (ushort)at.Port);
        _ = AcceptAsync();
    }

    /// <summary>All connections so far, in the order they came; waits for their ends.</summary>
    public async Task<TappedConnection[]> ConnectionsAsync() => await Task.WhenAll(_connections).WaitAsync(Bound.Exchange);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Enqueue(RelayAsync(await _listener.AcceptAsync()));
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task<TappedConnection> RelayAsync(Socket client)
    {
        using var server = _space.OpenSocket(_target.AddressFamily);
        using (client)
        {
            var (request, response) = (new MemoryStream(), new MemoryStream());
            client.NoDelay = true;
            await server.ConnectAsync(_target);
            var ends = await Task.WhenAll(CopyAsync(client, server, request), CopyAsync(server, client, response));
            return new TappedConnection(request.ToArray(), response.ToArray(), ends.Contains(false));
        }
    }

    /// <returns>False where the connection was reset.</returns>
    private static async Task<bool> CopyAsync(Socket from, Socket to, MemoryStream copy)
    {
        var block = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(block.AsMemory()) is var read and > 0)
            {
                copy.Write(block, 0, read);
                await to.SendAllAsync(block.AsMemory(0, read));
            }
            to.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The other direction may have done so already.
            if (!from.SafeHandle.IsClosed)
                from.Reset();
            if (!to.SafeHandle.IsClosed)
                to.Reset();
            return false;
        }
    }
}
