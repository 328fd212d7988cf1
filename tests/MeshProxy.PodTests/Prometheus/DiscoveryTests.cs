using MeshProxy.Kubernetes.Injection;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;
using MeshProxy.Tests.Support;

namespace MeshProxy.PodTests.Prometheus;

/// <summary>
/// deploy/prometheus/scrape.yaml over pods as Prometheus's discovery describes them. Debian's Prometheus is built without that of
/// Kubernetes, so
/// it is handed the descriptions; the rules that choose and label are the file's.
/// </summary>
public sealed class DiscoveryTests
{
    private const string Discovery = """
            kubernetes_sd_configs:
              - role: pod
        """;

    [PodFact("prometheus")]
    public async Task Sidecars_webhook_and_installer_are_scraped_and_nobody_else()
    {
        using var mesh = await Mesh.StartAsync();
        using var prometheus = await PrometheusServer.StartAsync(mesh.Plain, ConfigOver(mesh.App,
            Describe("cart", "cart-1", InjectedNames.AdminPort),
            Describe("shop", "pay-1", InjectedNames.AdminPort, labels: "__meta_kubernetes_pod_label_app_kubernetes_io_part_of: shop"),
            Describe("meshproxy", "webhook-1", "admin", labels: "__meta_kubernetes_pod_label_app_kubernetes_io_part_of: meshproxy"),
            Describe("shop", "done-1", InjectedNames.AdminPort, "Succeeded"),
            Describe("shop", "stranger-1", "admin"),
            Describe("cart", "cart-1", "http")));

        // Scrapes are spread over the interval: what is chosen in error would be there by then.
        await Bound.UntilAsync(
            async () => await prometheus.QueryAsync("min(count_over_time(meshproxy_build_info[1m]))") >= 3,
            Bound.Start,
            () => "not scraped three times");
        Assert.Equal(3, await prometheus.QueryAsync("count(up)"));
        foreach (var (space, pod) in new[] { ("cart", "cart-1"), ("shop", "pay-1"), ("meshproxy", "webhook-1") })
            Assert.Equal(1, await prometheus.QueryAsync($$"""meshproxy_build_info{namespace="{{space}}",pod="{{pod}}",node="node-1"}"""));
    }

    [PodFact("promtool")]
    public void Configuration_is_valid_but_for_the_discovery_that_debian_leaves_out()
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch.PathOf("prometheus.yaml"), Config("    static_configs: []"));
        Assert.Contains("SUCCESS", Tool.Run("promtool", ["check", "config", scratch.PathOf("prometheus.yaml")]));
    }

    /// <summary>Each a target of its own: the same address twice would be one.</summary>
    private static string ConfigOver(Pod target, params string[] pods)
    {
        var targets = pods.Select((pod, i) =>
            $"      - targets: ['{target.V4}:{AdminClient.Port}']\n        labels: {{ {pod}, instance: 'pod-{i}' }}\n");
        return Config("    static_configs:\n" + string.Concat(targets));
    }

    private static string Config(string discovery)
    {
        var text = File.ReadAllText(Repository.PathOf("deploy/prometheus/scrape.yaml"));
        Assert.Contains(Discovery, text);
        return text.Replace(Discovery, discovery, StringComparison.Ordinal);
    }

    private static string Describe(string space, string pod, string port, string phase = "Running", string labels = "") => string.Join(
        ", ",
        new[]
        {
            $"__meta_kubernetes_namespace: {space}", $"__meta_kubernetes_pod_name: {pod}", "__meta_kubernetes_pod_node_name: node-1",
            $"__meta_kubernetes_pod_container_port_name: {port}", $"__meta_kubernetes_pod_phase: {phase}", labels,
        }.Where(member => member.Length > 0));
}
