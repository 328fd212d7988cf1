using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.RealPeers;

/// <summary>Routes that come with a reload, and what curl and h2load get of nginx through them.</summary>
public sealed class RoutedTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly NginxServer _meant = new();
    private readonly NginxServer _other = new();

    private string ConfigFile => _scratch.PathOf("proxy.config.json");

    [PodFact("nginx", "curl", "h2load")]
    public async Task Routed_requests_reach_the_servers_that_their_routes_name()
    {
        WriteConfig("[]");
        using var mesh = await Mesh.StartAsync(new SidecarOptions { ConfigFile = ConfigFile });
        await _meant.StartAsync(mesh.Plain);
        await _other.StartAsync(mesh.External);
        var meant = _meant.Publish("file", 100_000);
        var other = _other.Publish("file", 200_000);
        _other.Publish("small", 10);
        var endpoint = mesh.Plain.Endpoint(IpFamily.V4, _meant.Port);
        var reloaded = await mesh.Sidecar.WatchAsync("meshproxy_config_reloads_total", ("result", "ok"));
        WriteConfig($$"""
            [{ "name": "other", "hosts": ["other.example"], "protocol": "http1",
               "backends": [{ "target": "{{mesh.External.Endpoint(IpFamily.V4, _other.Port)}}" }] }]
            """);
        await reloaded.ReachesAsync(1);

        await CurlAsync(mesh, $"http://{endpoint}/file", meant);
        await CurlAsync(mesh, $"http://{endpoint}/file", other, "--header", "Host: other.example");
        await CurlAsync(mesh, $"http://{endpoint}/file", other, "--header", "Host: other.example", "--http2-prior-knowledge");

        await AssertAllAnsweredUnderLoadAsync(mesh, $"http://{endpoint}/small");
    }

    public void Dispose()
    {
        _meant.Dispose();
        _other.Dispose();
        _scratch.Dispose();
    }

    private async Task CurlAsync(Mesh mesh, string url, byte[] expected, params string[] options)
    {
        await Curl.RunAsync(mesh.App, [.. options, "--output", _scratch.PathOf("got"), url]);
        Assert.True(File.ReadAllBytes(_scratch.PathOf("got")).AsSpan().SequenceEqual(expected), "the file differs");
    }

    /// <summary>Every stream gets its answer, and so does a probe meanwhile.</summary>
    private static async Task AssertAllAnsweredUnderLoadAsync(Mesh mesh, string url)
    {
        const int Requests = 20_000;
        var load = PodProcess.RunAsync(
            mesh.App.Namespace,
            new PodCommand("h2load", "-n", $"{Requests}", "-c", "20", "-m", "10", "-H", ":authority: other.example", url));
        var probes = 0;
        while (!load.IsCompleted)
        {
            Assert.True(await mesh.Sidecar.Admin.IsReadyAsync());
            probes++;
        }
        var (exitCode, output) = await load;
        Assert.True(exitCode == 0 && output.Contains($"status codes: {Requests} 2xx", StringComparison.Ordinal), output);
        Assert.NotEqual(0, probes);
    }

    private void WriteConfig(string routes)
    {
        File.WriteAllText(ConfigFile + ".new", $$"""{ "outbound": { "routes": {{routes}} } }""");
        File.Move(ConfigFile + ".new", ConfigFile, overwrite: true);
    }
}
