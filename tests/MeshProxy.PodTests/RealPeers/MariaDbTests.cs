using System.Globalization;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.RealPeers;

/// <summary>MariaDB greets first: whoever waits for its client to speak waits for ever.</summary>
[Collection(MeshCollection.Name)]
public sealed class MariaDbTests(MeshFixture fixture, ServerPool<MariaDbServer> servers) : IClassFixture<ServerPool<MariaDbServer>>
{
    [PodTheory("mariadbd", "mariadb"), EveryPath]
    [Trait("fault", "T13")]
    public async Task Greeting_on_an_unmarked_port_ends_detection(TrafficPath path, IpFamily family)
    {
        var server = await servers.InAsync(fixture.Mesh.ServerOf(path));
        var detected = await fixture.Mesh.DetectionsAsync(path, "server_first");
        var timeouts = await fixture.Mesh.DetectionsAsync(path, "timeout");

        await QueryAsync(path, family, server.UnmarkedPort);

        await detected.AllGainAsync(1);
        await timeouts.AllGainAsync(0);
    }

    [PodTheory("mariadbd", "mariadb"), EveryPath]
    public async Task Greeting_on_an_opaque_port_meets_no_detection(TrafficPath path, IpFamily family)
    {
        await servers.InAsync(fixture.Mesh.ServerOf(path));
        var skipped = await fixture.Mesh.DetectionsAsync(path, "opaque_port");

        await QueryAsync(path, family, MariaDbServer.OpaquePort);

        await skipped.AllGainAsync(1);
    }

    // A result of more bytes than any buffer on the way holds.
    private async Task QueryAsync(TrafficPath path, IpFamily family, ushort port)
    {
        var (exitCode, output) = await PodProcess.RunAsync(fixture.Mesh.ClientOf(path).Namespace, new PodCommand(
            "mariadb",
            "--no-defaults",
            "--skip-ssl",
            "--batch",
            "--skip-column-names",
            "--user=root",
            $"--host={fixture.Mesh.ServerOf(path).Address(family)}",
            $"--port={port.ToString(CultureInfo.InvariantCulture)}",
            "--execute=select repeat('x', 4000000), 'end of the row'"));
        Assert.True(exitCode == 0, output);
        Assert.Equal(new string('x', 4_000_000) + "\tend of the row\n", output);
    }
}
