using System.Globalization;
using System.Text.Json;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.RealPeers;

/// <summary>iperf3 through the sidecars: long streams, several at once, each way.</summary>
[Collection(MeshCollection.Name)]
public sealed class BulkTests(MeshFixture fixture, ServerPool<IperfServer> servers) : IClassFixture<ServerPool<IperfServer>>
{
    private const long PerStream = 96L << 20;
    private const int Streams = 2;

    [PodTheory("iperf3"), EveryPath]
    public Task Client_streams_to_the_server(TrafficPath path, IpFamily family) => TransferAsync(path, family);

    [PodTheory("iperf3"), EveryPath]
    public Task Server_streams_to_the_client(TrafficPath path, IpFamily family) => TransferAsync(path, family, "--reverse");

    private async Task TransferAsync(TrafficPath path, IpFamily family, params string[] way)
    {
        var destination = fixture.Mesh.ServerOf(path);
        var server = await servers.InAsync(destination);
        var bytes = await fixture.Mesh.WatchAsync(path, "meshproxy_bytes_total");

        var (exitCode, output) = await PodProcess.RunAsync(fixture.Mesh.ClientOf(path).Namespace, new PodCommand(
            "iperf3",
            [
                "--client", destination.Address(family).ToString(),
                "--port", server.Port.ToString(CultureInfo.InvariantCulture),
                "--bytes", (PerStream * Streams).ToString(CultureInfo.InvariantCulture),
                "--parallel", Streams.ToString(CultureInfo.InvariantCulture),
                "--json",
                .. way,
            ]));

        Assert.True(exitCode == 0, output);
        var received = JsonDocument.Parse(output).RootElement
            .GetProperty("end").GetProperty("sum_received").GetProperty("bytes").GetInt64();
        Assert.True(received > 0, output);
        await bytes.AllReachAsync(received);
    }
}
