using System.Collections.Immutable;
using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.Logging;
using MeshProxy.Values;

namespace MeshProxy.Configuration.Syntax;

/// <summary>A list of egress networks, no two of one name. An empty text is an empty list, so that a variable can take the file's away.</summary>
internal sealed class EgressNetworkListSyntax : ValueSyntax<ImmutableArray<EgressNetwork>>
{
    private readonly EgressNetworkSyntax _network = new();

    public override string Allowed => $"a list of which each item is {_network.Allowed}";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out ImmutableArray<EgressNetwork> value)
    {
        value = [];
        if (node is ConfigNode.Scalar { IsString: true, Text: "" })
            return true;
        if (node is not ConfigNode.List list)
            return Refuse(node, path, errors);
        var before = errors.Count;
        var networks = ImmutableArray.CreateBuilder<EgressNetwork>();
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Items.Count; i++)
        {
            var place = $"{path}[{i}]";
            if (!_network.TryRead(list.Items[i], place, errors, out var network))
                continue;
            if (!places.TryAdd(network.Name, place))
                errors.Add(list.Items[i].Origin, $"{place}.name is {LineText.Quote(network.Name)}, which is the name of {places[network.Name]} already");
            networks.Add(network);
        }
        value = networks.ToImmutable();
        return errors.Count == before;
    }

    public override void Write(Utf8JsonWriter json, ImmutableArray<EgressNetwork> value)
    {
        json.WriteStartArray();
        foreach (var network in value)
            _network.Write(json, network);
        json.WriteEndArray();
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "array");
        json.WriteStartObject("items");
        _network.WriteSchema(json);
        json.WriteEndObject();
    }
}
