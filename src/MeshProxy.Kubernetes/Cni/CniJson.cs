using System.Text.Encodings.Web;
using System.Text.Json;

namespace MeshProxy.Kubernetes.Cni;

internal static class CniJson
{
    /// <summary>What is written is read by runtimes and people, never by a browser: quotation marks and signs stay readable.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonWriterOptions Indented { get; } = Options with { Indented = true };

    public static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? member
            : null;

    /// <exception cref="CniException">The text has half of a surrogate pair, which is no text.</exception>
    public static string? Text(JsonElement element, string name)
    {
        try
        {
            return Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException e)
        {
            throw new CniException(CniErrorCode.NotDecoded, $"{name}: {e.Message}");
        }
    }
}
