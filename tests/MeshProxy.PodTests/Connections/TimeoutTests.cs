using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>What nobody uses any more is ended at the time the settings say, and the metric names the cause.</summary>
public sealed class TimeoutTests
{
    [PodTheory]
    [InlineData(TrafficPath.Inbound)]
    [InlineData(TrafficPath.Outbound)]
    public async Task Connection_with_no_byte_either_way_ends_at_the_idle_timeout(TrafficPath path)
    {
        using var mesh = await StartAsync("idleTimeout");
        var idle = await mesh.ClosedAsync(path, "idle_timeout");
        using var session = await TcpSession.OpenAsync(mesh, path, IpFamily.V4);

        await session.ExchangeAsync();

        await Task.WhenAll(session.Client.EndAsync(), session.Server.EndAsync());
        await idle.AllGainAsync(1);
    }

    [PodTheory]
    [InlineData(TrafficPath.Inbound)]
    [InlineData(TrafficPath.Outbound)]
    [Trait("fault", "T3")]
    public async Task Half_closed_connection_that_falls_silent_ends_at_its_timeout(TrafficPath path)
    {
        using var mesh = await StartAsync("halfCloseTimeout");
        var halfClosed = await mesh.ClosedAsync(path, "half_closed_timeout");
        using var session = await TcpSession.OpenAsync(mesh, path, IpFamily.V6);

        var heard = session.Server.ReadToEndAsync();
        session.Client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await heard);

        await session.Client.EndAsync();
        await halfClosed.AllGainAsync(1);
    }

    private static Task<Mesh> StartAsync(string timeout) => Mesh.StartAsync(new SidecarOptions
    {
        Settings = new Dictionary<string, string>(OpaqueRange.Settings)
        {
            [$"inbound.tcp.{timeout}"] = "2s",
            [$"outbound.tcp.{timeout}"] = "2s",
        },
    });
}
