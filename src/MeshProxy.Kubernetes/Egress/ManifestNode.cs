using MeshProxy.Values;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MeshProxy.Kubernetes.Egress;

/// <summary>A node of a manifest that knows its path, so that every complaint about it says where it stands.</summary>
internal readonly struct ManifestNode(YamlNode node, string path, ManifestReport report)
{
    public void Error(string message) => report.Error(node.Start, path.Length == 0 ? message : $"{path}: {message}");

    public void Skip(string what) => report.Skip(node.Start, what);

    /// <summary>The field's value, or null where it is missing, is empty, or this is no mapping.</summary>
    public ManifestNode? Field(string name) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(name), out var child) && !IsNull(child)
            ? new ManifestNode(child, path.Length == 0 ? name : $"{path}.{name}", report)
            : null;

    /// <summary>A mapping with no other fields than these; what else it has is an error, with the nearest name.</summary>
    public bool IsMappingOf(params ReadOnlySpan<string> allowed)
    {
        if (node is not YamlMappingNode mapping)
        {
            Error($"is {Describe(node)}, must be a mapping of {string.Join(", ", allowed!)}");
            return false;
        }
        var names = allowed.ToArray();
        foreach (var (key, _) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (names.Contains(name))
                continue;
            var nearest = NearestName.Find(name, names);
            var where = path.Length == 0 ? name : $"{path}.{name}";
            var hint = nearest is null ? $"allowed are {string.Join(", ", names)}" : $"did you mean {nearest}?";
            report.Error(key.Start, $"{where}: is not known; {hint}");
        }
        return true;
    }

    public IReadOnlyList<ManifestNode> Items()
    {
        if (node is not YamlSequenceNode sequence)
        {
            Error($"is {Describe(node)}, must be a list");
            return [];
        }
        var items = new List<ManifestNode>();
        foreach (var child in sequence.Children)
            items.Add(new ManifestNode(child, $"{path}[{items.Count}]", report));
        return items;
    }

    /// <summary>The scalar's text, or null and an error.</summary>
    public string? Text()
    {
        if (node is YamlScalarNode { Value: not null } scalar)
            return scalar.Value;
        Error($"is {Describe(node)}, must be a text");
        return null;
    }

    /// <summary>A list of texts, or a single text; null and an error for anything else.</summary>
    public IReadOnlyList<string>? TextOrTexts()
    {
        if (node is YamlScalarNode)
            return Text() is { } single ? [single] : null;
        var items = Items();
        var texts = items.Select(item => item.Text()).OfType<string>().ToList();
        return texts.Count == items.Count ? texts : null;
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" };

    private static string Describe(YamlNode node) => node switch
    {
        YamlSequenceNode => "a list",
        YamlMappingNode => "a mapping",
        _ => "a single value",
    };
}
