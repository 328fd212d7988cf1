using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax;

/// <summary>An http or https URL, or nothing.</summary>
internal sealed class OtlpEndpointSyntax : ValueSyntax<string>
{
    public override string Allowed => "an http or https URL, such as http://collector.tracing:4318, or empty";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out string value)
    {
        value = "";
        if (node is not ConfigNode.Scalar { IsString: true } scalar || !IsAllowed(scalar.Text))
            return Refuse(node, path, errors);
        value = scalar.Text;
        return true;
    }

    public override void Write(Utf8JsonWriter json, string value) => json.WriteStringValue(value);

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "string");

    private static bool IsAllowed(string text) =>
        text.Length == 0 || Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
}
