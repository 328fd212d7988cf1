using System.Collections.Concurrent;
using System.Globalization;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Prometheus;

/// <summary>What an operator asks Prometheus is what the client saw.</summary>
public sealed class PrometheusTests
{
    private const string Requests = """meshproxy_http_requests_total{direction="outbound"}""";
    private const string Failed = """meshproxy_http_requests_total{direction="outbound",status=~"5.."}""";

    private readonly ConcurrentBag<double> _seconds = [];

    [PodFact("prometheus")]
    public async Task Queries_agree_with_what_the_client_counted()
    {
        using var mesh = await Mesh.StartAsync();
        using var server = new SlowHttpServer(mesh.Plain, TimeSpan.FromMilliseconds(30));
        using var client = new HttpClient(PodHttp.HandlerFor(mesh.App.Namespace))
        {
            BaseAddress = new Uri($"http://{mesh.Plain.V4}:{server.Port}"),
        };
        // A series begins with its first count, and an increase is seen only from there.
        await AskAsync(client, 4, 2);
        using var prometheus = await PrometheusServer.StartAsync(mesh.Plain, mesh.App);
        _seconds.Clear();

        const int asked = 200, broken = 40;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => AskAsync(client, asked / 2, broken / 2)));

        await Bound.UntilAsync(
            async () => await prometheus.QueryAsync($"sum({Requests})") == asked + 4, Bound.Start, () => "not all requests were scraped");
        Assert.Equal(broken + 2, await prometheus.QueryAsync($"sum({Failed})"));
        // Prometheus extrapolates to the window's ends, by up to a scrape interval.
        Assert.InRange(await QueryAsync($"sum(increase({Requests}[2m]))"), asked * 0.75, asked * 1.35);
        Assert.InRange(await QueryAsync($"sum(rate({Failed}[2m])) / sum(rate({Requests}[2m]))"), 0.15, 0.25);
        var p99 = await QueryAsync(
            """histogram_quantile(0.99, sum by (le) (rate(meshproxy_http_request_duration_seconds_bucket{direction="outbound"}[2m])))""");
        // Between the server's own time and what the slowest client saw, as exactly as the buckets are.
        Assert.InRange(p99, 0.025, HttpCounters.DurationBounds.First(bound => bound >= _seconds.Max()));

        Task<double> QueryAsync(string query) => OneAsync(prometheus, query);
    }

    private static async Task<double> OneAsync(PrometheusServer prometheus, string query) =>
        await prometheus.QueryAsync(query)
        ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"nothing for {query}"));

    private async Task AskAsync(HttpClient client, int requests, int broken)
    {
        for (var i = 0; i < requests; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            using var answer = await client.GetAsync(i < requests - broken ? "/" : "/broken");
            _seconds.Add(TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        }
    }
}
