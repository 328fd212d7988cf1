using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>For a field that says something by being there.</summary>
internal sealed class TrueSyntax : ValueSyntax<bool>
{
    public override string Allowed => "true";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out bool value)
    {
        value = node is ConfigNode.Scalar { Text: "true" };
        return value || Refuse(node, path, errors);
    }

    public override void Write(Utf8JsonWriter json, bool value) => json.WriteBooleanValue(value);

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteBoolean("const", true);
}
