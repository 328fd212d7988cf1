using System.Net;
using System.Net.Sockets;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane.Support;

/// <summary>A proxy whose one loop can be kept busy, so that whatever peers do meanwhile is before it in a single turn.</summary>
internal sealed class HeldLoop : IAsyncDisposable
{
    private readonly ManualResetEventSlim _held = new();
    private readonly ManualResetEventSlim _free = new();
    private bool _holds;

    public HeldLoop(EndPoint destination)
    {
        var target = SocketEndpoint.From((IPEndPoint)destination);
        Proxy = ProxyFixture.StartTowards(_ => Hold(target));
    }

    public ProxyFixture Proxy { get; }

    /// <summary>A connection, accepted by the server, through which a message has gone.</summary>
    public async Task<(Socket Client, Socket Server)> OpenAsync(Socket listener)
    {
        var client = await Proxy.ConnectAsync();
        var server = await listener.AcceptAsync();
        await client.SendAllAsync("hello\n"u8.ToArray());
        Assert.Equal("hello\n"u8.ToArray(), await server.ReadExactlyAsync(6));
        return (client, server);
    }

    /// <summary>Does this while the loop sees none of it.</summary>
    public async Task InOneTurnAsync(Func<Task> peers)
    {
        Volatile.Write(ref _holds, true);
        using var plug = await Proxy.ConnectAsync();
        Assert.True(_held.Wait(Peer.Patience));
        try
        {
            await peers();
        }
        finally
        {
            _free.Set();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _free.Set();
        await Proxy.DisposeAsync();
        _held.Dispose();
        _free.Dispose();
    }

    /// <summary>On the loop, at the accept of a connection.</summary>
    private SocketEndpoint Hold(SocketEndpoint target)
    {
        if (Interlocked.Exchange(ref _holds, false))
        {
            _held.Set();
            _free.Wait();
        }
        return target;
    }
}
