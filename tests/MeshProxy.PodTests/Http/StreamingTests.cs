using MeshProxy.PodTests.Http.Backends;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Http;

/// <summary>gRPC and WebSocket between real peers: what both see through the sidecars is what they see without them.</summary>
[Collection(MeshCollection.Name)]
public sealed class StreamingTests(MeshFixture fixture, ServerPool<GrpcBackend> grpc, ServerPool<WebSocketBackend> webSockets)
    : IClassFixture<ServerPool<GrpcBackend>>, IClassFixture<ServerPool<WebSocketBackend>>, IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [PodTheory(GrpcBackend.Python, "/usr/lib/python3/dist-packages/grpc/__init__.py")]
    [InlineData(TrafficPath.Inbound)]
    [InlineData(TrafficPath.Outbound)]
    [InlineData(TrafficPath.Both)]
    public async Task Calls_of_every_kind_come_to_the_same_and_their_status_is_counted(TrafficPath path)
    {
        var pod = fixture.Mesh.ServerOf(path);
        var failures = await fixture.Mesh.WatchAsync(path, "meshproxy_grpc_responses_total", ("grpc_status", "5"));
        var server = await grpc.InAsync(pod);

        await AssertSameAsync(pod, path, server.Port, GrpcBackend.Python, GrpcBackend.Client, "http2");

        await failures.AllGainAsync(1);
    }

    [PodTheory("node", WebSocketBackend.Module + "/package.json")]
    [InlineData(TrafficPath.Inbound)]
    [InlineData(TrafficPath.Outbound)]
    [InlineData(TrafficPath.Both)]
    public async Task Messages_of_every_kind_and_the_closing_words_come_to_the_same(TrafficPath path)
    {
        var pod = fixture.Mesh.ServerOf(path);
        var switched = await fixture.Mesh.WatchAsync(path, "meshproxy_http_requests_total", ("status", "101"));
        var server = await webSockets.InAsync(pod);

        await AssertSameAsync(pod, path, server.Port, "node", WebSocketBackend.Client, "http1");

        await switched.AllGainAsync(1);
    }

    public void Dispose() => _scratch.Dispose();

    private async Task AssertSameAsync(Pod pod, TrafficPath path, ushort port, string program, string script, string protocol)
    {
        File.WriteAllText(_scratch.PathOf("client"), script);
        var exchange = new TappedExchange(pod, port);
        PodCommand[] commands = [new(program, _scratch.PathOf("client"), exchange.Authority)];
        var observed = await fixture.Mesh.DetectionsAsync(path, protocol);

        var direct = await exchange.RunDirectlyAsync(commands);
        var relayed = await exchange.RunFromAsync(fixture.Mesh.ClientOf(path), commands);

        relayed.AssertUnchanged();
        Assert.NotEmpty(direct.Printed[0]);
        Assert.Equal(direct.Printed, relayed.Printed);
        await observed.AllReachAsync(relayed.AtClient.Length);
    }
}
