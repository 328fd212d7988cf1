using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Values;

namespace MeshProxy.Configuration.Syntax;

/// <summary>Ports and ranges: one text with commas, one number, or a list of either. An empty list is no port.</summary>
internal sealed class PortSetSyntax : ValueSyntax<PortSet>
{
    public override string Allowed => PortList.Allowed;

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out PortSet value)
    {
        value = null!;
        if (ListText.Join(node) is not { } text)
            return Refuse(node, path, errors);
        var ranges = PortList.Parse(text, out var wrong);
        foreach (var problem in wrong)
            errors.Add(node.Origin, $"{path}: {problem}; allowed: {Allowed}");
        value = new PortSet(ranges);
        return wrong.IsEmpty;
    }

    public override void Write(Utf8JsonWriter json, PortSet value)
    {
        json.WriteStartArray();
        foreach (var range in value.Ranges)
        {
            if (range.First == range.Last)
                json.WriteNumberValue(range.First);
            else
                json.WriteStringValue(range.ToString());
        }
        json.WriteEndArray();
    }

    public override void WriteSchema(Utf8JsonWriter json) => ListText.WriteSchema(json, itemTypes: ["integer", "string"]);
}
