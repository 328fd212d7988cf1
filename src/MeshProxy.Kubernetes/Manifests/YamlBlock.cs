using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>Writes JSON values as YAML in block style, as people write manifests.</summary>
/// <param name="dashIndent">How far a list's dashes stand behind its key: 0 or 2, as the document around has it.</param>
/// <param name="newLine">The document's line break.</param>
internal sealed partial class YamlBlock(int dashIndent, string newLine)
{
    private static readonly string[] Words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

    private readonly StringBuilder _text = new();

    /// <summary>Lines with their line breaks.</summary>
    public static string Entry(string key, JsonNode? value, int indent, int dashIndent, string newLine)
    {
        var block = new YamlBlock(dashIndent, newLine);
        block.WriteEntry(key, value, indent, new string(' ', indent));
        return block._text.ToString();
    }

    /// <param name="indent">Where the dash stands.</param>
    public static string Item(JsonNode? value, int indent, int dashIndent, string newLine)
    {
        var block = new YamlBlock(dashIndent, newLine);
        block.WriteItem(value, indent);
        return block._text.ToString();
    }

    private void WriteItem(JsonNode? value, int indent)
    {
        var lead = new string(' ', indent) + "- ";
        if (value is JsonObject { Count: > 0 } fields)
        {
            foreach (var (name, field) in fields)
            {
                WriteEntry(name, field, indent + 2, lead);
                lead = new string(' ', indent + 2);
            }
        }
        else
            _text.Append(lead).Append(Inline(value)).Append(newLine);
    }

    private void WriteEntry(string key, JsonNode? value, int indent, string lead)
    {
        _text.Append(lead).Append(Scalar(key)).Append(':');
        switch (value)
        {
            case JsonObject { Count: > 0 } fields:
                _text.Append(newLine);
                foreach (var (name, field) in fields)
                    WriteEntry(name, field, indent + 2, new string(' ', indent + 2));
                break;
            case JsonArray { Count: > 0 } items when items.Any(item => item is JsonObject):
                _text.Append(newLine);
                foreach (var item in items)
                    WriteItem(item, indent + dashIndent);
                break;
            default:
                _text.Append(' ').Append(Inline(value)).Append(newLine);
                break;
        }
    }

    /// <summary>Lists of texts stay on their line.</summary>
    private static string Inline(JsonNode? value) => value switch
    {
        JsonValue text when text.GetValueKind() == JsonValueKind.String => Scalar(text.GetValue<string>()),
        JsonArray items => $"[{string.Join(", ", items.Select(item => JsonText.Of(item)))}]",
        _ => JsonText.Of(value),
    };

    /// <summary>Plain where nobody can read it otherwise; JSON in single quotes, which leave it readable; else in double quotes.</summary>
    private static string Scalar(string text)
    {
        if (PlainPattern().IsMatch(text) && !Words.Contains(text, StringComparer.OrdinalIgnoreCase))
            return text;
        return text.StartsWith('{') && !text.Any(char.IsControl)
            ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'"
            : JsonText.Of(JsonValue.Create(text));
    }

    [GeneratedRegex("^[A-Za-z/][A-Za-z0-9/_.-]*(:[A-Za-z0-9/_.-]+)*$")]
    private static partial Regex PlainPattern();
}
