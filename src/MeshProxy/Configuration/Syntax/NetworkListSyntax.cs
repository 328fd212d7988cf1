using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.Values;

namespace MeshProxy.Configuration.Syntax;

/// <summary>Networks in CIDR notation: one text with commas, or a list.</summary>
/// <param name="mayBeEmpty">Whether no network at all has a meaning.</param>
internal sealed class NetworkListSyntax(bool mayBeEmpty = true) : ValueSyntax<ImmutableArray<IPNetwork>>
{
    public override string Allowed { get; } = mayBeEmpty ? NetworkList.Allowed : $"{NetworkList.Allowed}, at least one";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out ImmutableArray<IPNetwork> value)
    {
        value = [];
        if (ListText.Join(node) is not { } text || !mayBeEmpty && string.IsNullOrWhiteSpace(text))
            return Refuse(node, path, errors);
        value = NetworkList.Parse(text, out var wrong);
        foreach (var problem in wrong)
            errors.Add(node.Origin, $"{path}: {problem}; allowed: {Allowed}");
        return wrong.IsEmpty;
    }

    public override void Write(Utf8JsonWriter json, ImmutableArray<IPNetwork> value)
    {
        json.WriteStartArray();
        foreach (var network in value)
            json.WriteStringValue(network.ToString());
        json.WriteEndArray();
    }

    public override void WriteSchema(Utf8JsonWriter json) => ListText.WriteSchema(json, itemTypes: ["string"]);
}
