namespace MeshProxy.Tests.Kubernetes.Injection;

/// <summary>Pods in which what the injector adds to is there and says nothing: empty, null, in brackets, on several lines.</summary>
internal static class SparseManifests
{
    private static readonly string[] Metadata =
    [
        "", "metadata:\n", "metadata: {}\n", "metadata: null\n", "metadata:\n  annotations: {}\n", "metadata:\n  annotations:\n",
        "metadata:\n  annotations: null # n\n", "metadata:\n  annotations: { } # e\n  name: a\n", "metadata: {annotations: {}}\n",
        "metadata: {annotations: null, name: a}\n", "metadata:\n  annotations: {\n  }\n", "metadata:\n  annotations: {a: b,}\n",
        "metadata:\n  name: a\n  annotations: ~\n  # last\n",
    ];

    private static readonly string[] Lists =
    [
        "", ":\n", ": # none\n", ": []\n", ": [ ]\n", ": null # n\n", ": ~\n", ": [\n  ]\n", ": [ # c\n  ]\n",
    ];

    private static readonly string[] Templates =
    [
        """{"spec":{"containers":[{"name":"a"}]}}""",
        """{"metadata":{},"spec":{"containers":[{"name":"a"}],"volumes":[]}}""",
        """{"metadata":null,"spec":{"containers":[{"name":"a"}],"volumes":null,"initContainers":[]}}""",
        """{"metadata":{"annotations":{}},"spec":{"containers":[{"name":"a"}],"initContainers":null}}""",
        """{"metadata":{"annotations":null},"spec":{"containers":[{"name":"a"}]}}""",
        """{ "metadata": { "annotations": {} }, "spec": { "containers": [ { "name": "a" } ], "initContainers": [ ] } }""",
    ];

    private const string Commented =
        "kind: Pod\nspec:\n  initContainers:\n  - # first\n    # more\n\n    name: i\n"
        + "  containers: # all\n  # above\n  - # behind the dash\n    name: a\n  -\n    name: b\n";

    public static IEnumerable<string> Texts =>
    [
        Commented,
        .. Metadata.Select(metadata => $"kind: Pod\n{metadata}spec:\n  containers:\n  - name: a\n"),
        .. Metadata.Select(metadata => $"kind: Pod\nspec:\n  containers: [{{name: a}}]\n{metadata}"),
        .. Lists.Select(list => Trim(
            $"kind: Pod\nspec:\n  {Entry("initContainers", list)}  containers:\n  - name: a\n  {Entry("volumes", list)}")),
        .. Templates.Select(template => $"{{\"kind\":\"Job\",\"spec\":{{\"template\":{template}}}}}"),
    ];

    private static string Entry(string name, string value) => value.Length == 0 ? "" : name + value;

    private static string Trim(string text) => text.Replace("\n    containers", "\n  containers").TrimEnd(' ');
}
