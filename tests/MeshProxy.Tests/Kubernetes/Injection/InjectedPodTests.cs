using System.Text.Json.Nodes;
using MeshProxy.Configuration;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Netfilter;
using MeshProxy.Tests.Kubernetes.Webhook;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Injection;

public sealed class InjectedPodTests
{
    private const string Prefix = "config.meshproxy.io/";

    private static readonly InjectionSettings Settings = new("1.2.3", "webhook");

    [Fact]
    public async Task Native_sidecar_starts_before_the_app_s_init_containers_and_restarts()
    {
        var pod = await AskAsync(Settings, review: "pod-with-init-containers");
        Assert.Equal(["meshproxy-init", "meshproxy-proxy"], pod.Names("initContainers")[..2]);
        Assert.Equal("Always", ApiObject.Text(pod.Proxy, "restartPolicy"));
        Assert.Equal("/ready", ApiObject.Text(pod.Proxy, "startupProbe", "httpGet", "path"));
        Assert.Equal("native", pod.Variable("MESHPROXY_SHUTDOWN__MODE"));
        Assert.Equal(
            """{"preStop":{"exec":{"command":["/usr/local/bin/meshproxy","drain","--admin","127.0.0.1:4191"]}}}""",
            pod.Proxy["lifecycle"]!.ToJsonString());
    }

    [Fact]
    public async Task Classic_sidecar_is_the_first_container_and_holds_the_app_until_it_is_ready()
    {
        var pod = await AskAsync(Settings with { SupportsNative = false }, review: "pod-with-init-containers");
        Assert.Equal("meshproxy-proxy", pod.Names("containers")[0]);
        Assert.Equal("meshproxy-init", pod.Names("initContainers")[^1]);
        Assert.Equal("classic", pod.Variable("MESHPROXY_SHUTDOWN__MODE"));
        Assert.NotNull(ApiObject.Field(pod.Proxy, "lifecycle", "postStart", "exec"));
        Assert.Null(ApiObject.Field(pod.Proxy, "lifecycle", "preStop"));
        Assert.Equal("app", ApiObject.Annotations(pod.Patched)["kubectl.kubernetes.io/default-container"]);
        Assert.Null(pod.Proxy["restartPolicy"]);
    }

    [Fact]
    public async Task Grace_of_the_pod_is_the_sidecar_s() =>
        Assert.Equal("5s", (await AskAsync(Settings)).Variable("MESHPROXY_SHUTDOWN__GRACEPERIOD"));

    [Fact]
    public async Task Grace_of_an_annotation_is_never_more_than_the_pod_s()
    {
        Assert.Equal("2s", (await AskAsync(Settings, ("shutdown-grace-period", "2s"))).Variable("MESHPROXY_SHUTDOWN__GRACEPERIOD"));
        var longer = await AskAsync(Settings, ("shutdown-grace-period", "6s"));
        Assert.Equal("5s", longer.Variable("MESHPROXY_SHUTDOWN__GRACEPERIOD"));
        Assert.Contains(longer.Warnings, warning => warning.Contains("6s is longer than the pod's terminationGracePeriodSeconds, 5,"));
    }

    [Fact]
    public async Task Names_of_ports_become_numbers_for_both_directions()
    {
        var pod = await AskAsync(Settings, ("opaque-ports", "HTTP, 6000-6001"));
        Assert.Equal("6000-6001,8080", pod.Variable("MESHPROXY_INBOUND__OPAQUEPORTS"));
        Assert.Equal("6000-6001,8080", pod.Variable("MESHPROXY_OUTBOUND__OPAQUEPORTS"));
    }

    [Fact]
    public async Task Unknown_name_of_a_port_is_refused_on_a_pod_and_means_nothing_on_a_namespace()
    {
        var refused = await AskAsync(Settings, ("opaque-ports", "htpp"));
        Assert.Contains("no container port is named 'htpp'; did you mean http?", refused.Message);
        var inherited = await new ReviewCase("pod-by-kubectl", $"\"meshproxy.io/inject\":\"enabled\",\"{Prefix}opaque-ports\":\"mysql,7\"")
            .AskAsync();
        Assert.Equal("7", inherited.Variable("MESHPROXY_INBOUND__OPAQUEPORTS"));
    }

    [Fact]
    public async Task Init_container_may_change_the_network_and_nothing_else()
    {
        var init = (await AskAsync(Settings, ("skip-outbound-ports", "25,3306"))).Container("initContainers", "meshproxy-init")!;
        var capabilities = ApiObject.Field(init, "securityContext", "capabilities");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"add":["NET_ADMIN"],"drop":["ALL"]}"""), capabilities));
        Assert.True(ApiObject.IsTrue(init, "securityContext", "runAsNonRoot"));
        Assert.Equal("""["init","--skip-outbound-ports=25,3306"]""", init["args"]!.ToJsonString());
    }

    [Fact]
    public async Task Cni_plugin_gets_the_redirect_in_an_annotation_that_it_can_read()
    {
        var pod = await AskAsync(Settings with { Cni = true }, ("skip-inbound-subnets", "10.0.0.0/8"), ("proxy-uid", "3000"));
        Assert.True(RedirectConfigJson.TryRead(ApiObject.Annotations(pod.Patched)["meshproxy.io/redirect"], out var redirect, out _));
        Assert.Equal((3000u, "10.0.0.0/8"), (redirect.Proxy.Uid, redirect.Inbound.SkipSubnets.Single().ToString()));
        Assert.Equal(3000, ApiObject.Number(pod.Proxy, "securityContext", "runAsUser"));
    }

    [Fact]
    public async Task Pod_with_a_cni_plugin_passes_the_restricted_profile()
    {
        foreach (var settings in new[] { Settings with { Cni = true }, Settings with { Cni = true, SupportsNative = false } })
            Assert.Empty(RestrictedProfile.Violations((await AskAsync(settings)).Patched, ofContainers: name =>
                name.StartsWith("meshproxy-", StringComparison.Ordinal)));
        var withInit = await AskAsync(Settings);
        Assert.Equal(
            ["meshproxy-init: capabilities.add has NET_ADMIN"],
            RestrictedProfile.Violations(withInit.Patched, name => name.StartsWith("meshproxy-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pod_that_comes_back_in_another_mode_loses_the_parts_of_the_first()
    {
        var classic = await AskAsync(Settings with { SupportsNative = false });
        var native = await new ReviewCase("pod-by-kubectl") { Settings = Settings with { Cni = true } }.AskAsync(classic.Patched);
        Assert.Equal(["app"], native.Names("containers"));
        Assert.Equal(["meshproxy-validator", "meshproxy-proxy"], native.Names("initContainers"));
        Assert.Single(native.Names("volumes"), name => name == "meshproxy-egress");
    }

    [Fact]
    public async Task Pod_injected_by_hand_is_left_as_it_is()
    {
        var byHand = await new ReviewCase("pod-by-kubectl") { Settings = new InjectionSettings("1.0", "inject") }.AskAsync();
        Assert.Empty((await new ReviewCase("pod-by-kubectl") { Settings = Settings }.AskAsync(byHand.Patched)).Patch);
    }

    /// <summary>A variable that the sidecar does not know, or a value it does not take, would keep it from starting.</summary>
    [Fact]
    public async Task Whatever_is_accepted_makes_a_configuration_that_the_sidecar_starts_with()
    {
        using var egress = new TemporaryFolder();
        var random = new Random(20260);
        for (var round = 0; round < 200; round++)
        {
            var given = AnnotationTable.All.Where(_ => random.Next(3) == 0).Select(key => (key.Name, Value: AnnotationTexts.Any(random)))
                .ToArray();
            var accepted = given.Where(a => AnnotationTable.ByName[a.Name].Syntax.Read(a.Value, out _, out _)).ToArray();
            var answer = await AskAsync(Settings, accepted);
            if (!answer.IsAllowed)
            {
                Assert.NotNull(answer.Message);
                continue;
            }
            var variables = ApiObject.Items(answer.Proxy, "env")
                .ToDictionary(v => ApiObject.Text(v, "name")!, v => ApiObject.Text(v, "value")!);
            Assert.Equal("/etc/meshproxy/egress", variables["MESHPROXY_EGRESS__MANIFESTS"]);
            variables["MESHPROXY_EGRESS__MANIFESTS"] = egress.Path;
            var result = new ConfigLoader(variables).Load("proxy.config.json", null);
            Assert.True(result.IsValid, string.Join('\n', result.Errors));
        }
    }

    [Fact]
    [Trait("fault", "C5")]
    public async Task No_text_in_an_annotation_breaks_the_answer()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var key = random.Next(2) == 0 ? Prefix + AnnotationTable.All[random.Next(AnnotationTable.All.Length)].Name
                : AnnotationTexts.Garbage(random);
            var review = new ReviewCase("pod-of-deployment")
            {
                Change = pod => pod["metadata"]!["annotations"] = new JsonObject { [key] = AnnotationTexts.Garbage(random) },
            };
            var answer = await review.AskAsync();
            Assert.Equal(answer.IsAllowed, answer.Message is null);
            if (answer.IsAllowed)
                Assert.Contains("meshproxy-proxy", answer.Names("initContainers"));
            Assert.All(answer.Warnings, warning => Assert.InRange(warning.Length, 1, 256));
        }
    }

    private static Task<ReviewAnswer> AskAsync(InjectionSettings settings, params (string Name, string Value)[] annotations) =>
        AskAsync(settings, "pod-by-kubectl", annotations);

    private static Task<ReviewAnswer> AskAsync(InjectionSettings settings, string review,
        params (string Name, string Value)[] annotations) => new ReviewCase(review)
        {
            Settings = settings,
            Change = pod =>
            {
                foreach (var (name, value) in annotations)
                    pod["metadata"]!["annotations"]![Prefix + name] = value;
            },
        }.AskAsync();
}
