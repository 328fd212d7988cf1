using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Manifests;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Deploy;

/// <summary>The chart under deploy/helm, rendered as Helm would.</summary>
internal static class HelmChart
{
    private static readonly string Folder = Repository.PathOf("deploy/helm/meshproxy");

    /// <summary>What others name has to be there before them.</summary>
    private static readonly string[] FirstKinds = ["Namespace", "CustomResourceDefinition", "ServiceAccount"];

    /// <summary>The documents of one release in the namespace <c>meshproxy</c>, in the order in which they are to be made.</summary>
    /// <param name="changes">Of values, such as <c>cni.enabled=true</c>.</param>
    public static List<string> Render(params string[] changes)
    {
        var root = new JsonObject
        {
            ["Values"] = Values(changes),
            ["Chart"] = new JsonObject { ["AppVersion"] = Read("Chart.yaml")["appVersion"]!.DeepClone() },
            ["Release"] = new JsonObject { ["Namespace"] = "meshproxy", ["Revision"] = 1 },
        };
        return [.. Directory.EnumerateFiles(Path.Combine(Folder, "templates"), "*.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => new ChartTemplate(File.ReadAllText(file)).Render(root).Split("\n---\n"))
            .Select(text => text.Trim('\n', '-')).Where(text => text.Length > 0)
            .OrderBy(text =>
                Array.FindIndex(FirstKinds, kind => text.Contains($"\nkind: {kind}\n", StringComparison.Ordinal)) is var rank and >= 0
                    ? rank : FirstKinds.Length)];
    }

    /// <summary>The same as objects.</summary>
    public static List<JsonObject> Objects(params string[] changes) => [.. Render(changes).Select(Parse)];

    public static JsonObject Parse(string document) => Assert.Single(YamlPieces.Parse(document)) is var piece
        ? YamlJson.Of(piece)!.AsObject() : throw new InvalidOperationException();

    private static JsonObject Values(string[] changes)
    {
        var values = Read("values.yaml");
        foreach (var change in changes)
        {
            var (path, text) = (change.Split('=', 2)[0].Split('.'), change.Split('=', 2)[1]);
            var at = path[..^1].Aggregate(values, (node, name) => node[name]!.AsObject());
            Assert.True(at.ContainsKey(path[^1]), $"values.yaml has no {change}");
            at[path[^1]] = Parse($"value: {text}")["value"]?.DeepClone();
        }
        return values;
    }

    private static JsonObject Read(string name) => Parse(File.ReadAllText(Path.Combine(Folder, name)));
}
