using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Cluster;
using MeshProxy.Kubernetes.Controller;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Tests.Deploy;
using MeshProxy.Tests.Kubernetes.Support;

namespace MeshProxy.Tests.Kubernetes.Cluster;

/// <summary>A cluster in which all is well, and then one thing is not.</summary>
public sealed class ClusterCheckTests : IAsyncLifetime
{
    private ClusterStandIn _cluster = null!;
    private KubernetesApi _api = null!;

    public async Task InitializeAsync()
    {
        _cluster = await ClusterStandIn.StartAsync();
        _api = _cluster.Connect();
        foreach (var made in HelmChart.Objects("namespace.create=true", "cni.enabled=true"))
        {
            if (PathOf(made) is { } path)
                _cluster.Put(path, made);
        }
        Put(ResourcePath.Namespaces, """{"metadata":{"name":"shop","labels":{"meshproxy.io/inject":"enabled"} } }""");
        foreach (var node in new[] { "node-1", "node-2" })
        {
            Put(ResourcePath.Nodes, $$"""{"metadata":{"name":"{{node}}","labels":{"kubernetes.io/os":"linux"} } }""");
            Cni(node, "True");
        }
        Put(ResourcePath.Pods.In("meshproxy"),
            """
            {"metadata":{"name":"w","labels":{"app.kubernetes.io/component":"webhook"}},
             "spec":{"containers":[{"name":"webhook"}],"volumes":[{"secret":{"secretName":"meshproxy-webhook-tls"}}]}}
            """);
        Endpoints("true");
        App("web-1", "meshproxy-proxy");
        await CertifyAsync(TimeSpan.FromDays(365));
        _cluster.Put(ResourcePath.EgressNetworks.In("shop"), Json("""{"metadata":{"name":"db"},"spec":{"trafficPolicy":"Deny"} }"""));
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task All_is_well()
    {
        var report = await CheckAsync();
        Assert.Empty(report.Findings);
        Assert.Contains("the webhook's certificate is valid for 364 days", report.Facts);
        Assert.Contains("the CNI plugin is ready on all 2 nodes", report.Facts);
        Assert.Contains("1 pods have a sidecar", report.Facts);
        Assert.Contains("meshproxy-webhook.meshproxy.svc/mutate is not reached from here", Assert.Single(report.Notes));
        Assert.True(JsonNode.Parse(report.ToJson())!["ok"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Missing_webhook_configuration_is_found()
    {
        _cluster.Delete(ResourcePath.MutatingWebhooks, "meshproxy-webhook");
        await FindsAsync("no webhook is registered", "MutatingWebhookConfiguration");
    }

    [Fact]
    public async Task Webhook_without_a_ready_endpoint_is_found()
    {
        Endpoints("false");
        await FindsAsync("no webhook is ready", "Service meshproxy/meshproxy-webhook");
    }

    [Fact]
    public async Task Certificate_near_its_end_is_found()
    {
        _cluster.Delete(ResourcePath.Secrets.In("meshproxy"), "meshproxy-webhook-tls");
        await CertifyAsync(TimeSpan.FromDays(10));
        await FindsAsync("ends in 9 days", "Secret meshproxy/meshproxy-webhook-tls");
    }

    [Fact]
    public async Task Certificate_of_another_authority_is_found()
    {
        var secret = _cluster.Find(ResourcePath.Secrets.In("meshproxy"), "meshproxy-webhook-tls")!;
        _cluster.Delete(ResourcePath.Secrets.In("meshproxy"), "meshproxy-webhook-tls");
        await CertifyAsync(TimeSpan.FromDays(100));
        await CertifyAsync(TimeSpan.FromDays(100));
        _cluster.Put(ResourcePath.Secrets.In("meshproxy"), secret);
        await FindsAsync("the caBundle does not vouch for", "Secret meshproxy/meshproxy-webhook-tls");
    }

    [Fact]
    public async Task Node_without_the_plugin_is_found()
    {
        Cni("node-2", "False");
        await FindsAsync("the CNI plugin is not ready here", "Node node-2");
    }

    [Fact]
    public async Task Pod_that_started_too_early_is_found_once_for_all_alike()
    {
        App("web-2", "setup");
        App("web-3", "setup");
        await FindsAsync("it has no sidecar; it started before", "ReplicaSet shop/web (3 pods)");
    }

    [Fact]
    public async Task Pod_that_asks_where_the_webhook_is_not_asked_is_found()
    {
        Put(ResourcePath.Namespaces, """{"metadata":{"name":"plain"} }""");
        Put(ResourcePath.Pods.In("plain"),
            """{"metadata":{"name":"a","annotations":{"meshproxy.io/inject":"enabled"} },"spec":{"containers":[{"name":"app"}]} }""");
        await FindsAsync("in a namespace that the webhook is not asked about", "Pod plain/a");
    }

    [Fact]
    public async Task Annotation_of_a_namespace_without_the_label_is_found()
    {
        Put(ResourcePath.Namespaces, """{"metadata":{"name":"plain","annotations":{"meshproxy.io/inject":"enabled"} } }""");
        await FindsAsync("the webhook is asked by a label alone", "Namespace plain");
    }

    [Theory]
    [InlineData("config.meshproxy.io/opaqe-ports", "did you mean config.meshproxy.io/opaque-ports?")]
    [InlineData("config.meshproxy.io/inject", "did you mean meshproxy.io/inject?")]
    public async Task Misspelled_annotation_is_found(string name, string hint)
    {
        App("web-1", "meshproxy-proxy", $"\"{name}\":\"x\"");
        await FindsAsync(hint, "ReplicaSet shop/web");
    }

    [Fact]
    public async Task Wrong_egress_network_is_found()
    {
        _cluster.Put(ResourcePath.EgressNetworks.In("shop"), Json("""{"metadata":{"name":"db"},"spec":{"trafficPolicy":"Denied"} }"""));
        await FindsAsync("'Denied' is not known", "EgressNetwork shop/db");
    }

    [Fact]
    public async Task What_may_not_be_looked_at_is_found()
    {
        using var somebody = _cluster.Connect("somebody", asked => asked.Resource != "nodes");
        var report = await CheckAsync(somebody);
        Assert.Contains(report.Findings, finding => finding.What.Contains("nodes cannot be looked at") && finding.What.Contains("403"));
    }

    private async Task FindsAsync(string what, string where)
    {
        var finding = Assert.Single((await CheckAsync()).Findings);
        Assert.Contains(what, finding.What);
        Assert.Equal(where, finding.Where);
        Assert.NotEmpty(finding.Mend);
    }

    private Task<ClusterReport> CheckAsync(KubernetesApi? api = null) =>
        new ClusterCheck(api ?? _api, new InjectionSettings("1.2.3", "webhook"), TimeProvider.System).RunAsync(CancellationToken.None);

    private async Task CertifyAsync(TimeSpan validFor)
    {
        var settings = new CertificateSettings(
            "meshproxy", "meshproxy-webhook", "meshproxy-webhook-tls", "meshproxy-webhook", validFor, TimeSpan.FromDays(1));
        Assert.Null((await new CertificateRenewal(_api, settings, TimeProvider.System).RunAsync(CancellationToken.None)).Failure);
    }

    private void Endpoints(string ready) => Put(ResourcePath.EndpointSlices.In("meshproxy"),
        $$"""
        {"metadata":{"name":"w","labels":{"kubernetes.io/service-name":"meshproxy-webhook"} },
         "endpoints":[{"conditions":{"ready":{{ready}} } }]}
        """);

    private void Cni(string node, string ready) => Put(ResourcePath.Pods.In("meshproxy-cni"),
        $$"""
        {"metadata":{"name":"cni-{{node}}","labels":{"app.kubernetes.io/component":"cni"} },
         "spec":{"nodeName":"{{node}}","containers":[{"name":"cni"}]},"status":{"conditions":[{"type":"Ready","status":"{{ready}}"}]} }
        """);

    private void App(string name, string container, string annotations = "") => Put(ResourcePath.Pods.In("shop"),
        $$"""
        {"metadata":{"name":"{{name}}","annotations":{ {{annotations}} },
          "ownerReferences":[{"controller":true,"kind":"ReplicaSet","name":"web"}]},
         "spec":{"containers":[{"name":"app"}],"initContainers":[{"name":"{{container}}"}]} }
        """);

    private void Put(ResourcePath resource, string json) => _cluster.Put(resource, Json(json));

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static ResourcePath? PathOf(JsonObject made) => ApiObject.Text(made, "kind") switch
    {
        "Namespace" => ResourcePath.Namespaces,
        "MutatingWebhookConfiguration" => ResourcePath.MutatingWebhooks,
        "DaemonSet" => ResourcePath.DaemonSets.In(ApiObject.Text(made, "metadata", "namespace")!),
        _ => null,
    };
}
