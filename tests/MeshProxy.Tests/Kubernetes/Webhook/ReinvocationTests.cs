using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Tests.Kubernetes.Webhook;

/// <summary>The API server asks again when another webhook has changed the pod in between: what that one did has to stay.</summary>
public sealed class ReinvocationTests
{
    private static readonly ReviewCase Review = new("pod-with-init-containers");

    [Fact]
    public async Task What_another_webhook_has_changed_or_added_is_left_as_it_is()
    {
        var pod = (await Review.AskAsync()).Patched;
        foreach (var container in Own(pod))
        {
            container["image"] = "mirror.example/meshproxy:1.2.3";
            container["imagePullPolicy"] = "Always";
            container["resources"] = JsonNode.Parse("""{"requests":{"cpu":"1m"}}""");
            container["securityContext"]!["seccompProfile"] = JsonNode.Parse("""{"type":"Localhost","localhostProfile":"strict.json"}""");
            Prepend(container, "volumeMounts", """{"name":"ca","mountPath":"/etc/ssl/certs"}""");
            Prepend(container, "env", """{"name":"SSL_CERT_DIR","value":"/etc/ssl/certs"}""");
        }
        Assert.Empty((await Review.AskAsync(pod)).Patch);
    }

    [Fact]
    public async Task What_is_missing_comes_back_beside_what_others_have_added()
    {
        var first = await Review.AskAsync();
        var pod = first.Patched;
        var proxy = Own(pod).Single(container => ApiObject.Text(container, "name") == "meshproxy-proxy");
        var mount = proxy["volumeMounts"]!.DeepClone();
        proxy["volumeMounts"] = JsonNode.Parse("""[{"name":"ca","mountPath":"/etc/ssl/certs"}]""");
        proxy.Remove("livenessProbe");
        proxy["securityContext"]!.AsObject().Remove("readOnlyRootFilesystem");
        pod["spec"]!["terminationGracePeriodSeconds"] = 77;
        var second = await Review.AskAsync(pod);
        Assert.Single(second.Patch);
        Assert.Equal(["ca", "meshproxy-egress"], second.Proxy["volumeMounts"]!.AsArray().Select(m => ApiObject.Text(m, "name")));
        Assert.True(JsonNode.DeepEquals(mount[0], second.Proxy["volumeMounts"]![1]));
        Assert.True(JsonNode.DeepEquals(first.Proxy["livenessProbe"], second.Proxy["livenessProbe"]));
        Assert.True(ApiObject.IsTrue(second.Proxy, "securityContext", "readOnlyRootFilesystem"));
        Assert.Equal("1m17s", second.Variable("MESHPROXY_SHUTDOWN__GRACEPERIOD"));
    }

    [Fact]
    public async Task Sidecar_of_other_settings_is_made_anew()
    {
        var pod = (await Review.AskAsync()).Patched;
        pod["metadata"]!["annotations"]!["config.meshproxy.io/proxy-image"] = "registry.example/meshproxy:2";
        Assert.Equal("registry.example/meshproxy:2", ApiObject.Text((await Review.AskAsync(pod)).Proxy, "image"));
    }

    private static void Prepend(JsonObject container, string list, string item) =>
        (container[list] ??= new JsonArray()).AsArray().Insert(0, JsonNode.Parse(item));

    private static List<JsonObject> Own(JsonObject pod) =>
    [
        .. ApiObject.Items(pod, "spec", "initContainers").Concat(ApiObject.Items(pod, "spec", "containers"))
            .Where(container => ApiObject.Text(container, "name")!.StartsWith("meshproxy-", StringComparison.Ordinal)),
    ];
}
