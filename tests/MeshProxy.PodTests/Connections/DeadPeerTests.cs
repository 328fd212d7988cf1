using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>A peer that vanished without a word is found out, and the other side is told by a reset.</summary>
public sealed class DeadPeerTests
{
    private static readonly SidecarOptions QuickProbes = new()
    {
        Settings = new Dictionary<string, string>(OpaqueRange.Settings)
        {
            ["inbound.tcp.keepalive.idle"] = "1s",
            ["inbound.tcp.keepalive.interval"] = "1s",
            ["inbound.tcp.keepalive.count"] = "2",
            ["inbound.tcp.userTimeout"] = "2s",
            ["outbound.tcp.keepalive.idle"] = "1s",
            ["outbound.tcp.keepalive.interval"] = "1s",
            ["outbound.tcp.keepalive.count"] = "2",
            ["outbound.tcp.userTimeout"] = "2s",
        },
    };

    [PodTheory]
    [InlineData(TrafficPath.Outbound, "upstream_vanished")]
    [InlineData(TrafficPath.Inbound, "downstream_vanished")]
    [Trait("fault", "T7")]
    public async Task Silent_peer_is_found_by_keepalive(TrafficPath path, string reason)
    {
        using var mesh = await Mesh.StartAsync(QuickProbes);
        using var session = await TcpSession.OpenAsync(mesh, path, IpFamily.V4);
        await session.ExchangeAsync();
        var vanished = await mesh.ClosedAsync(path, reason);

        mesh.Network.CutOff(mesh.Plain);

        Assert.Equal(SocketError.ConnectionReset, await AppEnd(path, session).EndAsync());
        await vanished.AllGainAsync(1);
    }

    [PodTheory]
    [InlineData(TrafficPath.Outbound, "upstream_vanished")]
    [InlineData(TrafficPath.Inbound, "downstream_vanished")]
    [Trait("fault", "T7")]
    public async Task Peer_that_acknowledges_nothing_is_found_by_the_user_timeout(TrafficPath path, string reason)
    {
        using var mesh = await Mesh.StartAsync(QuickProbes);
        using var session = await TcpSession.OpenAsync(mesh, path, IpFamily.V6);
        await session.ExchangeAsync();
        var vanished = await mesh.ClosedAsync(path, reason);

        mesh.Network.CutOff(mesh.Plain);
        await AppEnd(path, session).SendTextAsync("anybody there?");

        Assert.Equal(SocketError.ConnectionReset, await AppEnd(path, session).EndAsync());
        await vanished.AllGainAsync(1);
    }

    // FIN carries no data, and an acknowledgement of what came before it is no answer to it.
    [PodTheory]
    [InlineData(TrafficPath.Outbound, "upstream_vanished")]
    [InlineData(TrafficPath.Inbound, "downstream_vanished")]
    [Trait("fault", "T7")]
    public async Task Peer_that_does_not_even_acknowledge_the_end_is_found_by_the_user_timeout(TrafficPath path, string reason)
    {
        using var mesh = await Mesh.StartAsync(QuickProbes);
        using var session = await TcpSession.OpenAsync(mesh, path, IpFamily.V4);
        await session.ExchangeAsync();
        var vanished = await mesh.ClosedAsync(path, reason);

        mesh.Network.CutOff(mesh.Plain);
        AppEnd(path, session).Shutdown(SocketShutdown.Send);

        Assert.Equal(SocketError.ConnectionReset, await AppEnd(path, session).EndAsync());
        await vanished.AllGainAsync(1);
    }

    // Every buffer on the way is full, and every probe is answered: 'not now' is an answer.
    [PodTheory]
    [InlineData(TrafficPath.Outbound)]
    [InlineData(TrafficPath.Inbound)]
    [Trait("fault", "T8")]
    public async Task Reader_that_stalls_longer_than_the_user_timeout_is_waited_for(TrafficPath path)
    {
        using var mesh = await Mesh.StartAsync(QuickProbes);
        using var session = await TcpSession.OpenAsync(mesh, path, IpFamily.V4);
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(7));

        var sent = SendUntilAsync(session.Client, enough.Token);
        await Task.Delay(Timeout.Infinite, enough.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        var received = await session.Server.ReadToEndAsync();

        Assert.Equal(await sent, received.Length);
    }

    /// <summary>Sends as long as it is let; the last send may wait until somebody reads.</summary>
    private static async Task<long> SendUntilAsync(Socket socket, CancellationToken enough)
    {
        var block = new byte[1 << 20];
        long sent = 0;
        while (!enough.IsCancellationRequested)
            sent += await socket.SendAsync(block.AsMemory(), CancellationToken.None);
        socket.Shutdown(SocketShutdown.Send);
        return sent;
    }

    /// <summary>The end that is still alive, in the meshed pod.</summary>
    private static Socket AppEnd(TrafficPath path, TcpSession session) => path == TrafficPath.Inbound ? session.Server : session.Client;
}
