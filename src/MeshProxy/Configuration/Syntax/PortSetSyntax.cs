using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Configuration.Syntax;

/// <summary>Port ranges that are asked about once per connection.</summary>
internal sealed class PortSetSyntax : ValueSyntax<PortSet>
{
    private readonly PortRangesSyntax _ranges = new();

    public override string Allowed => _ranges.Allowed;

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out PortSet value)
    {
        var valid = _ranges.TryRead(node, path, errors, out var ranges);
        value = new PortSet(ranges);
        return valid;
    }

    public override void Write(Utf8JsonWriter json, PortSet value) => _ranges.Write(json, value.Ranges);

    public override void WriteSchema(Utf8JsonWriter json) => _ranges.WriteSchema(json);
}
