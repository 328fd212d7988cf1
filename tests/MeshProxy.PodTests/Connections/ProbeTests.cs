using System.Net.Sockets;
using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>TCP probes and port scans: connections that end before a word is said, by the hundred.</summary>
public sealed class ProbeTests
{
    private const int Probes = 200;

    [PodTheory, Trait("fault", "T9")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_probe_that_says_nothing_leaves_no_line_in_the_log(bool resets)
    {
        using var mesh = await Mesh.StartAsync();
        using var server = new PromptServer(mesh.App);
        var closed = await mesh.WatchAsync(TrafficPath.Inbound, "meshproxy_connections_closed_total");
        var before = mesh.Sidecar.Process.Output;

        for (var i = 0; i < Probes; i++)
        {
            using var probe = await mesh.Plain.ConnectAsync(server.Endpoint);
            if (resets)
                probe.Reset();
        }

        await closed.AllGainAsync(Probes);
        Assert.Equal(before, mesh.Sidecar.Process.Output);
    }

    [PodFact, Trait("fault", "T9")]
    public async Task A_scan_by_the_app_fills_no_log()
    {
        using var mesh = await Mesh.StartAsync();
        var closed = await mesh.WatchAsync(TrafficPath.Outbound, "meshproxy_connections_closed_total");
        var before = Lines(mesh);

        for (var i = 0; i < Probes; i++)
        {
            using var probe = mesh.App.Namespace.OpenSocket(AddressFamily.InterNetwork);
            var nobody = mesh.Plain.Endpoint(IpFamily.V4, mesh.Plain.Namespace.NextPort());
            Assert.Equal(SocketError.ConnectionReset, await probe.ConnectToEndAsync(nobody));
        }

        await closed.AllGainAsync(Probes);
        // As many of one kind as log.rateLimit allows in 10 s, and one that tells how many were left out.
        Assert.InRange(Lines(mesh) - before, 1, Probes / 2);
    }

    private static int Lines(Mesh mesh) => mesh.Sidecar.Process.Output.Count(letter => letter == '\n');
}
