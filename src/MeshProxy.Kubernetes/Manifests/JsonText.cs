using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>JSON for manifests: characters stay what they are, because nobody pastes them into HTML.</summary>
internal static class JsonText
{
    public static string Of(JsonNode? node, bool isIndented = false, int indent = 2)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Indented = isIndented,
            IndentSize = indent,
            NewLine = "\n",
        };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            if (node is null)
                json.WriteNullValue();
            else
                node.WriteTo(json);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
