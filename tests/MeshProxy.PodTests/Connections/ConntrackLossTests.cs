using System.Net.Sockets;
using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Connections;

/// <summary>Connections whose entry in the kernel's table of connections runs out of time, or is lost.</summary>
public sealed class ConntrackLossTests
{
    private const string Established = "net/netfilter/nf_conntrack_tcp_timeout_established";

    // A lost entry is made again when the client speaks, so here the server does: what it says would be lost with the entry.
    [PodTheory("conntrack")]
    [InlineData(IpFamily.V4)]
    [InlineData(IpFamily.V6)]
    [Trait("fault", "T17")]
    public async Task Idle_connection_outlives_a_timeout_of_conntrack_that_is_shorter(IpFamily family)
    {
        using var mesh = await StartAsync(("keepalive.idle", "1s"), ("keepalive.interval", "1s"));
        mesh.App.Namespace.WriteSetting(Established, "3");
        using var session = await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, family);
        await session.ExchangeAsync();

        // Time itself is what is tested.
        await Task.Delay(TimeSpan.FromSeconds(6));

        await session.Server.SendTextAsync("still there");
        Assert.Equal("still there", await session.Client.ReadTextAsync("still there".Length));
        ReliabilityReport.Row(
            "network", $"conntrack forgets idle connections after 3 s, {family}", $"silent for 6 s, keepalive every second", $"went on");
    }

    [PodFact("conntrack", "ss")]
    [Trait("fault", "T3")]
    public async Task Half_closed_connection_whose_entry_is_lost_leaves_no_socket_behind()
    {
        using var mesh = await StartAsync(("halfCloseTimeout", "3s"));
        var ended = await mesh.ClosedAsync(TrafficPath.Inbound, "half_closed_timeout");
        using var session = await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4);
        await session.ExchangeAsync();
        var heard = session.Server.ReadToEndAsync();
        session.Client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await heard);

        // The client's machine is gone, the kernel has forgotten it, and the server never closes.
        mesh.Network.CutOff(mesh.Plain);
        await PodProcess.RunAsync(mesh.App.Namespace, new PodCommand("conntrack", "-F") { User = null });

        var lost = TimeProvider.System.GetTimestamp();
        await ended.AllGainAsync(1);
        await Bound.UntilAsync(async () => await SidecarsSocketsAsync(mesh) == "", Bound.Exchange, () => SidecarsSocketsAsync(mesh).Result);
        ReliabilityReport.Row(
            "network", "client gone and conntrack's entry lost, half-closed", $"`halfCloseTimeout: 3s`",
            $"no socket left after {TimeProvider.System.GetElapsedTime(lost).TotalSeconds:0.0} s");
    }

    private static Task<Mesh> StartAsync(params (string Name, string Value)[] tcp) => Mesh.StartAsync(new SidecarOptions
    {
        Settings = OpaqueRange.Settings
            .Concat(tcp.Select(setting => KeyValuePair.Create($"inbound.tcp.{setting.Name}", setting.Value)))
            .ToDictionary(),
    });

    /// <summary>Those of its inbound port, in whatever state: the kernel keeps some that an application has closed.</summary>
    private static async Task<string> SidecarsSocketsAsync(Mesh mesh)
    {
        var list = new PodCommand("ss", "-Htan", "exclude", "listening", "sport", "=", ":4143");
        return (await PodProcess.RunAsync(mesh.App.Namespace, list)).Output.Trim();
    }
}
