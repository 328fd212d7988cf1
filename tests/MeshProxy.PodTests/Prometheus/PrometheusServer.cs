using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Prometheus;

/// <summary>Debian's Prometheus in a pod of its own, scraping a sidecar every second.</summary>
internal sealed class PrometheusServer : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly PodProcess _process;
    private readonly HttpClient _http;

    private PrometheusServer(Pod pod, string scrapeConfigs)
    {
        var port = pod.Namespace.NextPort();
        File.WriteAllText(_scratch.PathOf("prometheus.yaml"), "global: { scrape_interval: 1s, scrape_timeout: 1s }\n" + scrapeConfigs);
        _process = PodProcess.Start(pod.Namespace, new PodCommand(
            "prometheus", $"--config.file={_scratch.PathOf("prometheus.yaml")}", $"--storage.tsdb.path={_scratch.PathOf("data")}",
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"), "--log.level=warn"));
        _http = new HttpClient(PodHttp.HandlerFor(pod.Namespace))
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = Bound.Exchange,
        };
    }

    public static Task<PrometheusServer> StartAsync(Pod pod, Pod target) => StartAsync(pod, $$"""
        scrape_configs:
          - job_name: meshproxy
            static_configs: [{ targets: ["{{target.V4}}:{{AdminClient.Port}}"] }]
        """);

    /// <summary>Ends when all the targets of the job meshproxy have been scraped once.</summary>
    public static async Task<PrometheusServer> StartAsync(Pod pod, string scrapeConfigs)
    {
        var server = new PrometheusServer(pod, scrapeConfigs);
        await Bound.UntilAsync(
            async () => await server.QueryAsync("""min(up{job="meshproxy"})""") == 1,
            Bound.Start,
            () => $"no scrape: {server._process.Describe()}");
        return server;
    }

    /// <summary>The value of a query that has one; null where it has none (yet), or Prometheus is not up yet.</summary>
    public async Task<double?> QueryAsync(string query)
    {
        try
        {
            var answer = await _http.GetFromJsonAsync<JsonObject>($"/api/v1/query?query={Uri.EscapeDataString(query)}");
            var result = answer!["data"]!["result"]!.AsArray();
            return result.Count == 0
                ? null
                : double.Parse(Assert.Single(result)!["value"]![1]!.GetValue<string>(), CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Dispose();
        _scratch.Dispose();
    }
}
