using System.Globalization;
using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax;

/// <summary>A whole number between two bounds, both allowed.</summary>
internal sealed class IntegerSyntax(int least, int most) : ValueSyntax<int>
{
    public override string Allowed { get; } = string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out int value)
    {
        value = 0;
        var valid = node is ConfigNode.Scalar scalar
            && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && value >= least && value <= most;
        return valid || Refuse(node, path, errors);
    }

    public override void Write(Utf8JsonWriter json, int value) => json.WriteNumberValue(value);

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "integer");
        json.WriteNumber("minimum", least);
        json.WriteNumber("maximum", most);
    }
}
