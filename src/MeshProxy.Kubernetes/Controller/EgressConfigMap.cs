using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Injection;

namespace MeshProxy.Kubernetes.Controller;

/// <summary>The ConfigMap of a meshed namespace that its sidecars mount: a file per egress network that is in force there.</summary>
internal static class EgressConfigMap
{
    public const string Name = InjectedNames.Egress;

    private const string Maker = "app.kubernetes.io/managed-by";
    private const string Own = "meshproxy";

    public static readonly ResourcePath All = ResourcePath.ConfigMaps with { OnlyNamed = Name };

    /// <summary>One that somebody else has made under our name is left alone.</summary>
    public static bool IsOwn(JsonObject map) => ApiObject.Labels(map).GetValueOrDefault(Maker) == Own;

    /// <param name="version">Of the one that is replaced; null where there is none.</param>
    public static JsonObject Of(string space, IEnumerable<KeyValuePair<string, string>> files, string? version) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject
        {
            ["name"] = Name,
            ["namespace"] = space,
            ["labels"] = new JsonObject { [Maker] = Own, ["app.kubernetes.io/part-of"] = Own },
            ["resourceVersion"] = version,
        },
        ["data"] = new JsonObject(files.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value))),
    };

    public static Dictionary<string, string> Files(JsonObject map)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, _) in ApiObject.Field(map, "data") as JsonObject ?? [])
            files[name] = ApiObject.Text(map, "data", name) ?? "";
        return files;
    }

    /// <summary>What is remembered of one.</summary>
    public static JsonObject Kept(JsonObject map) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = ApiObject.Text(map, "metadata", "name"),
            ["namespace"] = ApiObject.Text(map, "metadata", "namespace"),
            ["labels"] = ApiObject.Field(map, "metadata", "labels")?.DeepClone(),
            ["resourceVersion"] = ApiObject.Text(map, "metadata", "resourceVersion"),
        },
        ["data"] = ApiObject.Field(map, "data")?.DeepClone(),
    };
}
