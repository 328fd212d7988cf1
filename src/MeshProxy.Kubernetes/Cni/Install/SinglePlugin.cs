using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>A configuration of one plugin that is made a list.</summary>
internal static class SinglePlugin
{
    private const string KeptSuffix = ".meshproxy-kept";

    /// <summary>
    /// Where the list may be: by the same name, which whoever made the configuration would take for a list; or, where that is somebody's
    /// already, by one that sorts at the configuration's place all the same.
    /// </summary>
    public static ImmutableArray<string> ListPathsOf(string path) => [Path.ChangeExtension(path, ".conflist"), $"{path}.conflist"];

    /// <summary>No runtime reads a file of this name.</summary>
    public static string KeptPathOf(string path) => path + KeptSuffix;

    /// <summary>The originals that are kept in a folder, each with the name it had.</summary>
    public static IEnumerable<(string Kept, string Original)> KeptIn(string folder) =>
        Directory.GetFiles(folder, $"*{KeptSuffix}").Select(kept => (kept, kept[..^KeptSuffix.Length]));

    public static JsonObject ListOf(JsonObject single, JsonObject entry) => new()
    {
        ["cniVersion"] = single["cniVersion"]?.DeepClone(),
        ["name"] = single["name"]?.DeepClone() ?? "cluster",
        ["plugins"] = new JsonArray(single.DeepClone(), entry.DeepClone()),
    };

    /// <summary>Our entry apart, whose values may be another release's, it is the list that was made of this configuration.</summary>
    public static bool IsListOf(byte[] single, string listPath, string pluginName)
    {
        try
        {
            return JsonNode.Parse(single) is JsonObject original
                && NetworkFile.Read(listPath)?.List is { } list
                && list.Names(pluginName)
                && JsonNode.DeepEquals(JsonNode.Parse(list.Without(pluginName)), Bare(original));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static JsonObject Bare(JsonObject single)
    {
        var list = ListOf(single, []);
        list["plugins"]!.AsArray().RemoveAt(1);
        return list;
    }
}
