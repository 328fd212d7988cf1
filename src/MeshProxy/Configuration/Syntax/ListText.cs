using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax;

/// <summary>Lists of plain values, which may be written as one text with commas, as the environment must, or as a JSON array.</summary>
internal static class ListText
{
    /// <summary>The list as one text with commas; null where the node is neither a value nor a list of values.</summary>
    public static string? Join(ConfigNode node) => node switch
    {
        ConfigNode.Scalar { Text: not "null" } or ConfigNode.Scalar { IsString: true } => ((ConfigNode.Scalar)node).Text,
        ConfigNode.List list when list.Items.All(item => item is ConfigNode.Scalar) =>
            string.Join(',', list.Items.Select(item => ((ConfigNode.Scalar)item).Text)),
        _ => null,
    };

    public static void WriteSchema(Utf8JsonWriter json, ReadOnlySpan<string> itemTypes)
    {
        json.WriteStartArray("anyOf");
        json.WriteStartObject();
        WriteTypes(json, itemTypes);
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type", "array");
        json.WriteStartObject("items");
        WriteTypes(json, itemTypes);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteTypes(Utf8JsonWriter json, ReadOnlySpan<string> types)
    {
        json.WriteStartArray("type");
        foreach (var type in types)
            json.WriteStringValue(type);
        json.WriteEndArray();
    }
}
