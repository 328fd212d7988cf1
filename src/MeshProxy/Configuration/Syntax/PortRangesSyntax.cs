using System.Collections.Immutable;
using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.Values;

namespace MeshProxy.Configuration.Syntax;

/// <summary>Ports and ranges: one text with commas, one number, or a list of either. An empty list is no port.</summary>
internal sealed class PortRangesSyntax : ValueSyntax<ImmutableArray<PortRange>>
{
    public override string Allowed => PortList.Allowed;

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out ImmutableArray<PortRange> value)
    {
        value = [];
        if (ListText.Join(node) is not { } text)
            return Refuse(node, path, errors);
        value = PortList.Parse(text, out var wrong);
        foreach (var problem in wrong)
            errors.Add(node.Origin, $"{path}: {problem}; allowed: {Allowed}");
        return wrong.IsEmpty;
    }

    public override void Write(Utf8JsonWriter json, ImmutableArray<PortRange> value)
    {
        json.WriteStartArray();
        foreach (var range in value)
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
