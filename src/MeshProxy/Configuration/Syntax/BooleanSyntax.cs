using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax;

internal sealed class BooleanSyntax : ValueSyntax<bool>
{
    public override string Allowed => "true or false";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out bool value)
    {
        value = false;
        return node is ConfigNode.Scalar scalar && bool.TryParse(scalar.Text, out value) || Refuse(node, path, errors);
    }

    public override void Write(Utf8JsonWriter json, bool value) => json.WriteBooleanValue(value);

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "boolean");
}
