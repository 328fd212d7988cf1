using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

public sealed class ConnectTimeoutTests
{
    [PodTheory]
    [InlineData(IpFamily.V4)]
    [InlineData(IpFamily.V6)]
    [Trait("fault", "T6")]
    public async Task Connection_into_a_black_hole_ends_at_the_connect_timeout(IpFamily family)
    {
        var timeout = TimeSpan.FromMilliseconds(700);
        using var mesh = await Mesh.StartAsync(new SidecarOptions
        {
            Settings = new Dictionary<string, string>(OpaqueRange.Settings) { ["outbound.tcp.connectTimeout"] = "700ms" },
        });
        var timedOut = await mesh.ClosedAsync(TrafficPath.External, "connect_timeout");
        var started = TimeProvider.System.GetTimestamp();

        using var client = await mesh.App.ConnectAsync(new IPEndPoint(PodNetwork.Blackhole(family), OpaqueRange.NextPort()));

        Assert.Equal(SocketError.ConnectionReset, await client.EndAsync());
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= timeout, "the connection was given up too early");
        await timedOut.AllGainAsync(1);
    }
}
