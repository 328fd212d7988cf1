using System.Text.RegularExpressions;
using MeshProxy.PodTests.Http.Backends;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Http;

/// <summary>
/// gRPC and WebSocket between real peers through routes, which terminate HTTP: the programs get what they get without a sidecar.
/// </summary>
public sealed partial class RoutedStreamingTests(RoutedMesh fixture, ServerPool<GrpcBackend> grpc, ServerPool<WebSocketBackend> webSockets)
    : IClassFixture<RoutedMesh>, IClassFixture<ServerPool<GrpcBackend>>, IClassFixture<ServerPool<WebSocketBackend>>, IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [PodTheory(GrpcBackend.Python, "/usr/lib/python3/dist-packages/grpc/__init__.py")]
    [InlineData(TrafficPath.Inbound)]
    [InlineData(TrafficPath.Outbound)]
    public async Task Grpc_calls_of_every_kind_come_to_the_same_through_a_route(TrafficPath path)
    {
        var server = await grpc.InAsync(fixture.Mesh.ServerOf(path));
        var failures = await fixture.Mesh.WatchAsync(path, "meshproxy_grpc_responses_total", ("grpc_status", "5"));

        await AssertSameAsync(path, server.Port, GrpcBackend.Python, GrpcBackend.Client);

        await failures.AllGainAsync(1);
    }

    [PodTheory("node", "curl", WebSocketBackend.Module + "/package.json")]
    [InlineData(TrafficPath.Inbound)]
    [InlineData(TrafficPath.Outbound)]
    public async Task WebSocket_messages_and_the_closing_words_come_to_the_same_through_a_route(TrafficPath path)
    {
        var server = await webSockets.InAsync(fixture.Mesh.ServerOf(path));
        var switched = await fixture.Mesh.WatchAsync(path, "meshproxy_http_requests_total", ("status", "101"));

        await AssertSameAsync(path, server.Port, "node", WebSocketBackend.Client);

        await switched.AllGainAsync(1);
        var plain = await RunAsync(fixture.Mesh.ClientOf(path), new PodCommand("curl", "--silent", "--include", UrlOf(path, server.Port)));
        Assert.Contains("x-routed: yes", plain, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => _scratch.Dispose();

    private async Task AssertSameAsync(TrafficPath path, ushort port, string program, string script)
    {
        File.WriteAllText(_scratch.PathOf("client"), script);
        var server = fixture.Mesh.ServerOf(path);

        var direct = await RunAsync(server, new PodCommand(program, _scratch.PathOf("client"), $"127.0.0.1:{port}"));
        var routed = await RunAsync(fixture.Mesh.ClientOf(path), new PodCommand(program, _scratch.PathOf("client"), $"{server.V4}:{port}"));

        Assert.NotEmpty(direct);
        Assert.Equal(direct, AddedFields().Replace(routed, "[]"));
    }

    private string UrlOf(TrafficPath path, ushort port) => $"http://{fixture.Mesh.ServerOf(path).V4}:{port}/";

    private static async Task<string> RunAsync(Pod pod, PodCommand command)
    {
        var (exitCode, output) = await PodProcess.RunAsync(pod.Namespace, command);
        Assert.True(exitCode == 0, $"{command.Program} ended with {exitCode}: {output}");
        return output;
    }

    /// <summary>
    /// Of a status that came without a message, its client sees the fields of a response: Kestrel's two, and the route's.
    /// </summary>
    [GeneratedRegex(
        @"\[_Metadatum\(key='content-length', value='0'\), _Metadatum\(key='date', [^)]*\), "
        + @"_Metadatum\(key='x-routed', value='yes'\)\]")]
    private static partial Regex AddedFields();
}
