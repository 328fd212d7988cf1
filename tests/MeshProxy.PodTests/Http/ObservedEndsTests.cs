using MeshProxy.PodTests.Http.Backends;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Http;

/// <summary>What a real gRPC client makes of the ends that the proxy gives to observed calls.</summary>
public sealed class ObservedEndsTests : IDisposable
{
    /// <summary>
    /// Every kind of call that runs out of time, each followed by one that is answered; more than a gRPC server forgives of pings.
    /// </summary>
    private const string Late =
        """
        import grpc, sys, time
        def outcome(start):
            try:
                start()
                return 'OK'
            except grpc.RpcError as error:
                return error.code().name
        def slowly():
            while True:
                time.sleep(0.02)
                yield b'x' * 3000
        with grpc.insecure_channel(sys.argv[1]) as channel:
            def echo():
                assert channel.unary_unary('/t.T/Echo')(b'hello') == b'hello'
            for _ in range(4):
                print(outcome(lambda: channel.unary_unary('/t.T/Sleep')(b'')))
            print(outcome(echo))
            print(outcome(lambda: channel.stream_unary('/t.T/Sum')(slowly())))
            print(outcome(echo))
            print(outcome(lambda: list(channel.unary_stream('/t.T/Endless')(b''))))
            print(outcome(echo))
        """;

    private const string Killed =
        """
        import grpc, sys
        with grpc.insecure_channel(sys.argv[1]) as channel:
            call = channel.unary_unary('/t.T/Sleep').future(b'')
            print(call.code().name, dict(call.trailing_metadata()).get('meshproxy-error'))
        """;

    private readonly ScratchDirectory _scratch = new();
    private GrpcBackend? _grpc = new();

    [PodFact(GrpcBackend.Python, "/usr/lib/python3/dist-packages/grpc/__init__.py")]
    public async Task Calls_that_run_out_of_time_end_alone_and_their_connection_serves_on()
    {
        using var mesh = await Mesh.StartAsync(new SidecarOptions
        {
            Settings = new Dictionary<string, string> { ["outbound.http.timeouts.request"] = "2s" },
        });
        await _grpc!.StartAsync(mesh.Plain);

        var output = await RunAsync(mesh, Late);

        Assert.Equal(
            [
                "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED", "OK",
                "DEADLINE_EXCEEDED", "OK", "CANCELLED", "OK",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var metrics = await mesh.Sidecar.Admin.MetricsAsync();
        Assert.Equal(6, metrics.Sum("meshproxy_http_streams_timed_out_total"));
        Assert.Equal(1, metrics.Sum("meshproxy_connections_opened_total", ("direction", "outbound")));
    }

    [PodFact(GrpcBackend.Python, "/usr/lib/python3/dist-packages/grpc/__init__.py")]
    public async Task Call_whose_server_is_killed_ends_with_unavailable_and_its_cause()
    {
        using var mesh = await Mesh.StartAsync();
        await _grpc!.StartAsync(mesh.Plain);
        var inFlight = await mesh.Sidecar.WatchAsync("meshproxy_http_requests_in_flight", ("direction", "outbound"));
        var calling = RunAsync(mesh, Killed);
        await inFlight.ReachesAsync(1);

        var cause = $"UNAVAILABLE response, {mesh.Plain.V4}:{_grpc.Port}, ";
        _grpc.Dispose();
        _grpc = null;

        Assert.StartsWith(cause, await calling);
    }

    public void Dispose()
    {
        _grpc?.Dispose();
        _scratch.Dispose();
    }

    private async Task<string> RunAsync(Mesh mesh, string script)
    {
        File.WriteAllText(_scratch.PathOf("client"), script);
        var (exitCode, output) = await PodProcess.RunAsync(
            mesh.App.Namespace, new PodCommand(GrpcBackend.Python, _scratch.PathOf("client"), $"{mesh.Plain.V4}:{_grpc!.Port}"));
        Assert.True(exitCode == 0, output);
        return output;
    }
}
