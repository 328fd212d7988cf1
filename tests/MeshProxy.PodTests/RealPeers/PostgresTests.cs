using System.Globalization;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.RealPeers;

[Collection(MeshCollection.Name)]
public sealed class PostgresTests(MeshFixture fixture, ServerPool<PostgresServer> servers) : IClassFixture<ServerPool<PostgresServer>>
{
    // The client asks for TLS first, is told there is none, and begins again on the same connection.
    [PodTheory("initdb", "postgres", "psql"), EveryPath]
    public async Task Query_on_an_unmarked_port_is_answered(TrafficPath path, IpFamily family)
    {
        var destination = fixture.Mesh.ServerOf(path);
        var server = await servers.InAsync(destination);
        var detected = await fixture.Mesh.DetectionsAsync(path, "not_http");

        var (exitCode, output) = await PodProcess.RunAsync(fixture.Mesh.ClientOf(path).Namespace, new PodCommand(
            "psql",
            "--no-psqlrc",
            "--host", destination.Address(family).ToString(),
            "--port", server.Port.ToString(CultureInfo.InvariantCulture),
            "--username", "postgres",
            "--tuples-only",
            "--no-align",
            "--command", "select repeat('x', 4000000) || 'end'"));

        Assert.True(exitCode == 0, output);
        Assert.Equal(new string('x', 4_000_000) + "end\n", output);
        await detected.AllGainAsync(1);
    }
}
