using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Commands;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Controller;
using MeshProxy.Kubernetes.Webhook;
using MeshProxy.Telemetry;
using MeshProxy.Tests.Kubernetes.Support;

namespace MeshProxy.Tests.Kubernetes.Webhook;

public sealed class WebhookMetricsPageTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _end = new();
    private ClusterStandIn _cluster = null!;

    public async Task InitializeAsync() => _cluster = await ClusterStandIn.StartAsync();

    public async Task DisposeAsync()
    {
        _end.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Work_of_the_controller_and_what_went_wrong_are_counted()
    {
        _cluster.Put(ResourcePath.Namespaces, Json("""{"metadata":{"name":"shop","labels":{"meshproxy.io/inject":"enabled"} } }"""));
        Network("right", "Allow");
        Network("wrong", "Denied");
        var mayWatch = false;
        using var api = _cluster.Connect("one", asked => asked.Resource != "egressnetworks" || Volatile.Read(ref mayWatch));
        var namespaces = new WatchedNamespaces(api).Watch;
        using var controller = new EgressController(api, namespaces, "meshproxy", "one");
        var page = new WebhookMetricsPage(new WebhookMetrics(), new CertificateFiles("none", "none", _ => { }), namespaces, controller);
        var run = Task.WhenAll(namespaces.RunAsync(_end.Token), controller.RunAsync(_end.Token));
        await _cluster.UntilAsync(() => controller.Watches.First().Failed > 0);
        Assert.Equal(0, Value(page, "meshproxy_controller_reconciles_total{result=\"ok\"}"));

        Volatile.Write(ref mayWatch, true);
        await _cluster.UntilAsync(() => controller.Metrics.Writes > 0 && controller.Metrics.Reconciles > 0);

        Assert.Equal(1, Value(page, "meshproxy_controller_leader"));
        Assert.Equal(1, Value(page, "meshproxy_controller_writes_total{result=\"ok\"}"));
        Assert.Equal(0, Value(page, "meshproxy_controller_writes_total{result=\"failed\"}"));
        Assert.Equal(1, Value(page, "meshproxy_controller_egress_networks{state=\"right\"}"));
        Assert.Equal(1, Value(page, "meshproxy_controller_egress_networks{state=\"wrong\"}"));
        Assert.Equal(1, Value(page, "meshproxy_webhook_namespaces_known"));
        Assert.True(Value(page, "meshproxy_webhook_watch_failures_total{resource=\"egressnetworks\"}") > 0);
        Assert.Equal(0, Value(page, "meshproxy_webhook_watch_failures_total{resource=\"namespaces\"}"));
        Assert.Equal(
            WebhookFamilies.All.Select(family => $"# TYPE {family.Name} {family.Kind.ToString().ToLowerInvariant()}"),
            Lines(page).Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)));
        await _end.CancelAsync();
        await run;
    }

    private void Network(string name, string policy) => _cluster.Put(ResourcePath.EgressNetworks.In("shop"),
        Json($$"""{"metadata":{"name":"{{name}}"},"spec":{"trafficPolicy":"{{policy}}"} }"""));

    private static double Value(WebhookMetricsPage page, string series) =>
        double.Parse(Lines(page).Single(line => line.StartsWith(series + " ", StringComparison.Ordinal)).Split(' ')[^1]);

    private static string[] Lines(WebhookMetricsPage page)
    {
        var output = new ArrayBufferWriter<byte>();
        page.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan).Split('\n');
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
