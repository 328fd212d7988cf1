using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Kubernetes.Manifests;

namespace MeshProxy.Tests.Kubernetes.Injection;

public sealed class ManifestInjectorTests
{
    private static readonly InjectionSettings Settings = new("1.2.3", "inject") { IsWantedByDefault = true };

    private static readonly string Deployment = """
        # The shop's face.
        apiVersion: apps/v1
        kind: Deployment   # not a StatefulSet
        metadata: {name: web, namespace: shop}
        spec:
          replicas: 3

          template:
            metadata:
              labels:
                app: "web"
            spec:
              # One of each.
              containers:
              # The web server.
              - name: web
                image: nginx   # pinned elsewhere
                args:
                - |
                  a
                    b

              # no init containers
              terminationGracePeriodSeconds: 45 # generous

        """;

    private static readonly string Several = """
        kind: Service
        apiVersion: v1
        metadata: {name: web}
        ---
        kind: CronJob
        apiVersion: batch/v1
        metadata:
            name: nightly
        spec:
            jobTemplate:
                spec:
                    template:
                        spec:
                            restartPolicy: OnFailure
                            initContainers:
                                # prepares
                                - name: prepare
                                  image: x
                            containers:
                                - name: "a"
                                  image: b
                            volumes:
                                - {name: data, emptyDir: {}}
        ---
        # nothing here
        ---
        kind: List
        apiVersion: v1
        items:
        - kind: StatefulSet
          apiVersion: apps/v1
          metadata: {name: db}
          spec:
            template:
              metadata: {annotations: {a: b}}
              spec: {containers: [{name: db, image: x}]}
        - kind: Pod
          apiVersion: v1
          metadata:
            name: alone
            annotations:
              config.meshproxy.io/opaque-ports: &ports "3306"
              other: *ports
          spec:
            containers:
              - name: one
                image: two
        """;

    private static readonly string Json = """
        {
          "kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "once"},
          "spec": {
            "template": {
              "metadata": {
                "annotations": {
                  "a": "b \"quoted\" \u00e4"
                }
              },
              "spec": {
                "containers": [
                  {
                    "name": "x"
                  }
                ]
              }
            }
          }
        }
        """;

    public static TheoryData<string, string, string> Texts
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            string[] texts = [Deployment, Several, Json, JsonNode.Parse(Json)!.ToJsonString(), .. SparseManifests.Texts];
            foreach (var text in texts.Concat(texts.Select(t => t.Replace("\n", "\r\n"))).Concat(texts.Select(t => t.TrimEnd('\n'))))
            {
                foreach (var mode in new[] { "native", "classic", "cni" })
                    data.Add($"{data.Count}", text, mode);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Uninject_is_the_inverse_of_inject_to_the_last_character(string _, string text, string mode)
    {
        var injected = Inject(text, mode);
        Assert.NotEqual(text, injected);
        var outcome = ManifestInjector.Uninject(injected, "file");
        Assert.Empty(outcome.Errors);
        Assert.Equal(text, outcome.Text);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Inject_again_changes_nothing(string _, string text, string mode)
    {
        var injected = Inject(text, mode);
        Assert.Equal(injected, Inject(injected, mode));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Other_settings_replace_what_the_first_have_put_in(string _, string text, string mode) =>
        Assert.Equal(Inject(text, mode), Inject(Inject(text, mode == "cni" ? "native" : "cni"), mode));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_says_what_the_patch_says(string _, string text, string mode)
    {
        var before = PodsIn(text);
        var after = PodsIn(Inject(text, mode));
        Assert.Equal(before.Count, after.Count);
        Assert.NotEmpty(before);
        foreach (var (pod, injected) in before.Zip(after))
        {
            var decision = PodInjector.Decide(new PodTemplate(pod), AnnotationSource.None, Of(mode));
            var steps = new JsonArray([.. decision.Patch.Select(step =>
                (JsonNode)new JsonObject { ["op"] = step.Op, ["path"] = step.Path, ["value"] = step.Value?.DeepClone() })]);
            var patched = Support.JsonPatchStandIn.Apply(pod, steps);
            Assert.True(JsonNode.DeepEquals(patched, injected), injected.ToJsonString());
            Assert.True(JsonNode.DeepEquals(PatchedPod.Of(pod, decision.Patch), injected));
        }
    }

    [Fact]
    public void Every_line_of_the_input_is_in_the_output_in_its_order()
    {
        var injected = Inject(Deployment, "native").Split('\n');
        var at = 0;
        foreach (var line in Deployment.Split('\n'))
            at = Array.IndexOf(injected, line, at) + 1 is var next and > 0 ? next
                : throw new InvalidOperationException($"'{line}' is missing");
    }

    [Fact]
    public void Empty_list_is_filled_and_emptied_in_its_place()
    {
        const string Text = "kind: Pod\nmetadata: {name: x}\nspec:\n  containers: [{name: a}]\n  volumes: []\n  initContainers: []\n";
        Assert.Equal(Text, ManifestInjector.Uninject(Inject(Text, "native"), "file").Text);
    }

    [Theory]
    [InlineData("", "enabled", true)]
    [InlineData("disabled", "enabled", false)]
    [InlineData("", "disabled", false)]
    public void Label_of_a_namespace_says_what_its_annotation_would_and_the_annotation_wins(
        string annotation, string label, bool isInjected)
    {
        var text = $"kind: Namespace\nmetadata:\n  name: shop\n  labels:\n    meshproxy.io/inject: {label}\n"
            + (annotation.Length == 0 ? "" : $"  annotations:\n    meshproxy.io/inject: {annotation}\n") + "---\n" + Deployment;
        var injector = new ManifestInjector(Settings with { IsWantedByDefault = false }, ManifestInjector.Namespaces([text]));
        var outcome = injector.Inject(text, "f");
        Assert.Equal(isInjected, outcome.Text.Contains("meshproxy-proxy"));
        Assert.Equal(0, outcome.Warnings);
    }

    [Fact]
    public void Namespace_among_the_manifests_speaks_for_its_pods()
    {
        var text = "kind: Namespace\nmetadata:\n  name: shop\n  annotations:\n    config.meshproxy.io/opaque-ports: \"7777\"\n"
            + "---\n" + Deployment;
        var injector = new ManifestInjector(Settings, ManifestInjector.Namespaces([text]));
        Assert.Contains("value: \"7777\"", injector.Inject(text, "file").Text);
    }

    [Theory]
    [InlineData("spec:\n  hostNetwork: true\n  containers:\n  - name: a\n", "hostNetwork is true")]
    [InlineData("spec:\n  containers:\n  - name: linkerd-proxy\n  - name: a\n", "container linkerd-proxy is another mesh's sidecar")]
    [InlineData("spec:\n  securityContext: {runAsUser: 2102}\n  containers:\n  - name: a\n", "container a runs as user 2102")]
    [InlineData("spec: {}\n", "it has no containers")]
    [InlineData("metadata:\n  annotations:\n    config.meshproxy.io/admin-port: \"4143\"\nspec:\n  containers:\n  - name: a\n",
        "4143 is also")]
    public void What_cannot_be_done_is_refused_with_the_reason_and_left_as_it_is(string pod, string reason)
    {
        var text = "kind: Pod\n" + pod;
        var outcome = new ManifestInjector(Settings, new Dictionary<string, AnnotationSource>()).Inject(text, "pod.yaml");
        Assert.Equal((text, 1), (outcome.Text, outcome.Refused));
        Assert.Contains(reason, Assert.Single(outcome.Errors));
        Assert.StartsWith("pod.yaml:1: Pod", outcome.Errors[0]);
    }

    [Theory]
    [InlineData("metadata:\n  annotations:\n    ? x\n    : y\nspec:\n  containers:\n  - name: a\n",
        "beside '? x' nothing can be put in; write it as 'x: …'")]
    [InlineData("metadata:\n  annotations: {}\nspec:\n  containers:\n  - name: a\n    args:\n    - |\n      ends without a line break",
        "the change would also change spec.containers[0].args[0]")]
    [InlineData("x: &m {annotations: {a: b}}\nmetadata: *m\nspec: {containers: [{name: a}]}\n", "metadata is not a mapping written here")]
    [InlineData("metadata:\n  annotations: {a: b}\nspec: {volumes: &v [{name: x}], containers: [{name: a, x: *v}]}\n",
        "the change would also change spec.containers[0].x")]
    [InlineData("metadata:\n  annotations: {a: b}\n  annotations: {c: d}\nspec: {containers: [{name: a}]}\n", "")]
    public void What_cannot_be_put_in_without_a_change_to_the_rest_is_refused_and_left_as_it_is(string pod, string reason)
    {
        var text = "kind: Pod\n" + pod;
        var outcome = new ManifestInjector(Settings, new Dictionary<string, AnnotationSource>()).Inject(text, "pod.yaml");
        Assert.Equal(text, outcome.Text);
        Assert.Contains(reason, string.Join('\n', outcome.Errors));
        Assert.NotEmpty(outcome.Errors);
        Assert.Equal(0, outcome.Changed);
    }

    [Fact]
    public void Alias_to_what_is_changed_is_told_and_the_other_documents_are_done()
    {
        const string Shared = "kind: List\nitems:\n- kind: Deployment\n  spec:\n    template:\n      spec: &s {containers: [{name: a}]}\n"
            + "- kind: ConfigMap\n  data: *s\n";
        var outcome = new ManifestInjector(Settings, new Dictionary<string, AnnotationSource>()).Inject(Shared + "---\n" + Deployment, "f");
        Assert.Equal((1, 1), (outcome.Changed, outcome.Refused));
        Assert.StartsWith(Shared, outcome.Text);
        Assert.Contains("the change would also change data", Assert.Single(outcome.Errors));
    }

    [Fact]
    public void Template_that_is_an_alias_is_refused()
    {
        const string Text = "kind: Deployment\nmetadata: {name: x}\nx: &t {spec: {containers: [{name: a}]}}\nspec:\n  template: *t\n";
        var outcome = new ManifestInjector(Settings, new Dictionary<string, AnnotationSource>()).Inject(Text, "f");
        Assert.Equal(Text, outcome.Text);
        Assert.Contains("write it out", Assert.Single(outcome.Errors));
    }

    [Theory]
    [InlineData("a: b: c\n")]
    [InlineData("{{ template }}: {\n")]
    [InlineData("a: [")]
    public void What_is_no_yaml_is_told_with_its_place(string text)
    {
        var outcome = new ManifestInjector(Settings, new Dictionary<string, AnnotationSource>()).Inject(text, "f.yaml");
        Assert.True(outcome.IsUnreadable);
        Assert.Matches("^f.yaml:[0-9]+:[0-9]+: it is neither YAML nor JSON: ", Assert.Single(outcome.Errors));
    }

    [Fact]
    public void Aliases_that_grow_without_end_are_refused()
    {
        var text = "kind: Pod\nmetadata: {name: x}\na0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"))
            + "spec: {containers: [{name: a}], x: *a9}\n";
        Assert.Contains("aliases",
            Assert.Single(new ManifestInjector(Settings, new Dictionary<string, AnnotationSource>()).Inject(text, "f").Errors));
    }

    private static InjectionSettings Of(string mode) => mode switch
    {
        "classic" => Settings with { SupportsNative = false },
        "cni" => Settings with { Cni = true },
        _ => Settings,
    };

    private static string Inject(string text, string mode)
    {
        var outcome = new ManifestInjector(Of(mode), new Dictionary<string, AnnotationSource>()).Inject(text, "file");
        Assert.Empty(outcome.Errors);
        return outcome.Text;
    }

    private static List<JsonObject> PodsIn(string text) =>
        [.. YamlPieces.Parse(text).SelectMany(Workload.In).Where(w => w.Template is not null).Select(w => w.TemplateJson()!)];
}
