using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Injection;

namespace MeshProxy.Tests.Kubernetes.Webhook;

/// <summary>
/// The answer to each review is the one that was once looked at and put down in <c>Golden/</c>; with WRITE_DOCS=1 in the environment the
/// files are written anew, to be looked at again.
/// </summary>
public sealed class GoldenReviewTests
{
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly InjectionSettings Settings = new("1.2.3", "webhook");

    private static readonly Dictionary<string, ReviewCase> Cases = new()
    {
        ["pod-by-kubectl"] = new("pod-by-kubectl"),
        ["pod-of-deployment"] = new("pod-of-deployment"),
        ["pod-with-init-containers"] = new("pod-with-init-containers"),
        ["pod-of-deployment-injected-by-others"] = new("pod-of-deployment-injected-by-others"),
        ["cni"] = new("pod-of-deployment") { Settings = Settings with { Cni = true } },
        ["classic-before-1.29"] = new("pod-with-init-containers") { Settings = Settings with { SupportsNative = false } },
        ["classic-by-annotation-of-linkerd"] = new("pod-of-deployment")
        {
            Change = Annotate("config.beta.linkerd.io/proxy-enable-native-sidecar", "false"),
        },
        ["replica-set"] = new("pod-of-deployment") { Change = WorkloadPods.ReplicaSet },
        ["stateful-set"] = new("pod-of-deployment") { Change = WorkloadPods.StatefulSet },
        ["daemon-set"] = new("pod-of-deployment") { Change = WorkloadPods.DaemonSet },
        ["job"] = new("pod-of-deployment") { Change = WorkloadPods.Job },
        ["job-classic"] = new("pod-of-deployment") { Change = WorkloadPods.Job, Settings = Settings with { SupportsNative = false } },
        ["job-indexed-cni"] = new("pod-of-deployment") { Change = WorkloadPods.IndexedJob, Settings = Settings with { Cni = true } },
        ["cron-job"] = new("pod-of-deployment") { Change = WorkloadPods.CronJob },
        ["dry-run"] = new("pod-of-deployment") { Request = request => request["dryRun"] = true },
        ["delete"] = new("pod-of-deployment")
        {
            Request = request =>
            { (request["operation"], request["oldObject"]) = ("DELETE", request["object"]!.DeepClone()); request["object"] = null; }
        },
        ["update"] = new("pod-of-deployment")
        {
            Request = request =>
            { request["operation"] = "UPDATE"; request["oldObject"] = request["object"]!.DeepClone(); }
        },
        ["ephemeral-containers"] = new("pod-of-deployment") { Request = request => request["subResource"] = "ephemeralcontainers" },
        ["another-kind"] = new("pod-of-deployment")
        {
            Request = request =>
            {
                request["kind"] = JsonNode.Parse("""{"group":"apps","version":"v1","kind":"Deployment"}""");
                request["object"] = JsonNode.Parse("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{}}""");
            },
        },
        ["pod-of-another-group"] = new("pod-of-deployment") { Request = request => request["kind"]!["group"] = "example.com" },
        ["no-object"] = new("pod-of-deployment") { Request = request => request.Remove("object") },
        ["no-containers"] = new("pod-by-kubectl") { Change = pod => pod["spec"]!.AsObject().Remove("containers") },
        ["no-containers-asked-by-the-pod"] = new("pod-by-kubectl")
        {
            Change = pod =>
            { Annotate("meshproxy.io/inject", "enabled")(pod); pod["spec"]!["containers"] = new JsonArray(); }
        },
        ["no-spec"] = new("pod-by-kubectl") { Change = pod => pod.Remove("spec") },
        ["static-pod"] = new("pod-by-kubectl") { Change = Annotate("kubernetes.io/config.mirror", "1a2b3c") },
        ["named-port-that-is-none"] = new("pod-of-deployment") { Change = Annotate("config.meshproxy.io/opaque-ports", "mysql") },
        ["host-network-asked-by-the-pod"] = new("pod-of-deployment")
        {
            Change = pod =>
            { Annotate("meshproxy.io/inject", "enabled")(pod); pod["spec"]!["hostNetwork"] = true; }
        },
        ["foreign-sidecar"] = new("pod-by-kubectl")
        {
            Change = pod => pod["spec"]!["containers"]!.AsArray().Add(JsonNode.Parse("""{"name":"linkerd-proxy","image":"linkerd"}""")),
        },
        ["one-container-runs-as-the-proxy"] = new("pod-by-kubectl")
        {
            Change = pod =>
            {
                Annotate("meshproxy.io/inject", "enabled")(pod);
                pod["spec"]!["containers"]![0]!["securityContext"] = JsonNode.Parse("""{"runAsUser":2102}""");
            },
        },
        ["runs-as-the-proxy-would-but-the-proxy-does-not"] = new("pod-by-kubectl")
        {
            Change = pod =>
            {
                Annotate("config.meshproxy.io/proxy-uid", "3000")(pod);
                pod["spec"]!["securityContext"] = JsonNode.Parse("""{"runAsUser":2102}""");
            },
        },
        ["injected-by-hand"] = new("pod-by-kubectl") { Change = pod => Inject(pod, new InjectionSettings("1.0", "inject")) },
        ["reinvocation"] = new("pod-of-deployment")
        {
            Change = pod =>
            {
                Inject(pod, Settings);
                foreach (var own in ApiObject.Items(pod, "spec", "initContainers"))
                    own["image"] = "mirror.example/meshproxy:1.2.3";
            },
        },
        ["reinvocation-with-other-settings"] = new("pod-of-deployment")
        {
            Change = pod =>
            { Inject(pod, Settings); Annotate("config.meshproxy.io/access-log", "json")(pod); }
        },
        ["host-network"] = new("pod-of-deployment")
        {
            Change = pod =>
            { WorkloadPods.DaemonSet(pod); pod["spec"]!["hostNetwork"] = true; }
        },
        ["empty-annotations"] = new("pod-of-deployment") { Change = pod => pod["metadata"]!["annotations"] = new JsonObject() },
        ["two-containers-named-ports"] = new("pod-by-kubectl")
        {
            Change = pod =>
            {
                pod["spec"]!["containers"]!.AsArray().Add(JsonNode.Parse(
                    """{"name":"db","image":"db","ports":[{"name":"mysql","containerPort":3307}]}"""));
                Annotate("config.meshproxy.io/opaque-ports", "mysql,http,6000-6010")(pod);
            },
        },
        ["every-kind-of-setting"] = new("pod-by-kubectl", """
            "meshproxy.io/inject":"enabled","config.meshproxy.io/proxy-log-level":"debug",
            """ + """
            "config.meshproxy.io/skip-outbound-subnets":"10.0.0.0/8,fd00::/8"
            """)
        {
            Change = pod =>
            {
                foreach (var (name, value) in new[] { ("proxy-cpu-limit", "1.5"), ("proxy-memory-request", "1024Mi"),
                    ("inbound-port", "5143"), ("ipv6", "off"),
                    ("shutdown-grace-period", "20s"), ("egress-policy", "deny"), ("keepalive-idle", "1m"), ("drop-invalid", "disabled"),
                    ("proxy-uid", "3000") })
                    Annotate("config.meshproxy.io/" + name, value)(pod);
            },
        },
        ["misspelled"] = new("pod-by-kubectl")
        {
            Change = pod =>
            { Annotate("config.meshproxy.io/opaqe-ports", "1")(pod); Annotate("config.meshproxy.com/access-log", "json")(pod); }
        },
        ["bad-values"] = new("pod-by-kubectl")
        {
            Change = pod =>
            { Annotate("config.meshproxy.io/opaque-ports", "80,70000,9-3")(pod); Annotate("config.meshproxy.io/proxy-uid", "0")(pod); }
        },
        ["bad-values-lenient"] = new("pod-by-kubectl")
        {
            Settings = Settings with { IsLenient = true },
            Change = Annotate("config.meshproxy.io/connect-timeout", "soon \"or\"\nlater")
        },
        ["disabled-by-the-pod"] = new("pod-by-kubectl") { Change = Annotate("meshproxy.io/inject", "disabled") },
        ["foreign-sidecar-asked-by-the-pod"] = new("pod-by-kubectl")
        {
            Change = pod =>
            {
                Annotate("meshproxy.io/inject", "enabled")(pod);
                pod["spec"]!["containers"]!.AsArray().Add(JsonNode.Parse("""{"name":"istio-proxy","image":"istio"}"""));
            },
        },
        ["app-runs-as-the-proxy"] = new("pod-by-kubectl")
        {
            Change = pod =>
            {
                Annotate("meshproxy.io/inject", "enabled")(pod);
                pod["spec"]!["securityContext"] = JsonNode.Parse("""{"runAsUser":2102}""");
            },
        },
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Answer_is_the_one_put_down(string name)
    {
        var answer = await Cases[name].AskAsync();
        var actual = Readably(answer);
        var file = Path.Combine(ReviewCase.FolderOf("Golden"), name + ".json");
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
            await File.WriteAllTextAsync(file, actual);
        Assert.Equal(await File.ReadAllTextAsync(file), actual);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Second_call_changes_nothing(string name)
    {
        var review = Cases[name];
        var first = await review.AskAsync();
        var second = await review.AskAsync(AsTheServerCompletesIt(first.Patched));
        Assert.Empty(second.Patch);
        Assert.Equal((first.IsAllowed, first.Message), (second.IsAllowed, second.Message));
    }

    /// <summary>Between two calls, defaults are filled in and the mounts of the service account added.</summary>
    private static JsonObject AsTheServerCompletesIt(JsonObject pod)
    {
        foreach (var container in ApiObject.Items(pod, "spec", "initContainers").Concat(ApiObject.Items(pod, "spec", "containers")))
        {
            container["terminationMessagePath"] ??= "/dev/termination-log";
            if (container["startupProbe"] is JsonObject probe && probe["httpGet"] is JsonObject get)
                (probe["successThreshold"], get["scheme"]) = (1, "HTTP");
            var mounts = container["volumeMounts"] as JsonArray ?? [];
            mounts.Insert(0, JsonNode.Parse(
                """{"name":"kube-api-access-x","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}"""));
            container["volumeMounts"] = mounts.Parent is null ? mounts : mounts.DeepClone();
        }
        foreach (var volume in ApiObject.Items(pod, "spec", "volumes").Where(volume => volume["configMap"] is not null))
            volume["configMap"]!["defaultMode"] = 420;
        return pod;
    }

    private static string Readably(ReviewAnswer answer) => new JsonObject
    {
        ["object"] = answer.Pod.DeepClone(),
        ["allowed"] = answer.IsAllowed,
        ["message"] = answer.Message,
        ["warnings"] = new JsonArray([.. answer.Warnings.Select(warning => (JsonNode)warning)]),
        ["patch"] = answer.Patch,
        ["pod"] = answer.Patched,
    }.ToJsonString(Readable) + "\n";

    private static Action<JsonObject> Annotate(string name, string value) => pod =>
    {
        var metadata = pod["metadata"]!.AsObject();
        metadata["annotations"] ??= new JsonObject();
        metadata["annotations"]![name] = value;
    };

    /// <summary>As a call before this one has made it.</summary>
    private static void Inject(JsonObject pod, InjectionSettings settings)
    {
        var decision = PodInjector.Decide(new PodTemplate(pod), AnnotationSource.OfUnreadable("demo"), settings);
        var injected = PatchedPod.Of(pod, decision.Patch);
        foreach (var name in injected.Select(pair => pair.Key).ToList())
            pod[name] = injected[name]!.DeepClone();
    }
}
