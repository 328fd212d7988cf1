using System.Text;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Api;

/// <summary>Reads fields of API objects. A field that is missing, or is not what it should be, is null.</summary>
public static class ApiObject
{
    public static JsonNode? Field(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return node;
    }

    public static string? Text(JsonNode? node, params ReadOnlySpan<string> path) =>
        Field(node, path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A whole number; one that is written as 8080.0 too, as some clients do.</summary>
    public static long? Number(JsonNode? node, params ReadOnlySpan<string> path)
    {
        if (Field(node, path) is not JsonValue value)
            return null;
        if (value.TryGetValue<long>(out var number))
            return number;
        if (value.TryGetValue<int>(out var small))
            return small;
        return value.TryGetValue<double>(out var real) && real == (long)real ? (long)real : null;
    }

    public static bool IsTrue(JsonNode? node, params ReadOnlySpan<string> path) =>
        Field(node, path) is JsonValue value && value.TryGetValue<bool>(out var truth) && truth;

    public static IEnumerable<JsonObject> Items(JsonNode? node, params ReadOnlySpan<string> path) =>
        Field(node, path) is JsonArray array ? array.OfType<JsonObject>() : [];

    /// <summary><c>metadata.annotations</c>; those that are texts, as the API has them all.</summary>
    public static Dictionary<string, string> Annotations(JsonNode? node) => Texts(Field(node, "metadata", "annotations"));

    public static Dictionary<string, string> Labels(JsonNode? node) => Texts(Field(node, "metadata", "labels"));

    /// <summary>A text that is kept in base64, as in a Secret; empty where there is none, or it is no base64.</summary>
    public static string Decoded(JsonNode? node, params ReadOnlySpan<string> path)
    {
        var data = Text(node, path) ?? "";
        var bytes = new byte[data.Length];
        return Convert.TryFromBase64String(data, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
    }

    /// <summary><c>namespace/name</c>, or the name alone where there is no namespace.</summary>
    public static string FullName(JsonNode? node)
    {
        var name = Text(node, "metadata", "name") ?? "";
        return Text(node, "metadata", "namespace") is { } space ? $"{space}/{name}" : name;
    }

    private static Dictionary<string, string> Texts(JsonNode? node)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in node as JsonObject ?? [])
        {
            if (value is JsonValue scalar && scalar.TryGetValue<string>(out var text))
                texts[key] = text;
        }
        return texts;
    }
}
