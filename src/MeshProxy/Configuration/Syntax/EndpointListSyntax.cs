using System.Collections.Immutable;
using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.Logging;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Configuration.Syntax;

/// <summary>Addresses to listen at: one text with commas, or a list. At least one, and none twice.</summary>
internal sealed class EndpointListSyntax : ValueSyntax<ImmutableArray<SocketEndpoint>>
{
    public override string Allowed => "IP addresses with a port from 1 to 65535, such as 127.0.0.1:4140 or [::1]:4140, at least one";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out ImmutableArray<SocketEndpoint> value)
    {
        value = [];
        if (ListText.Join(node) is not { Length: > 0 } text)
            return Refuse(node, path, errors);
        var before = errors.Count;
        var endpoints = ImmutableArray.CreateBuilder<SocketEndpoint>();
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!SocketEndpoint.TryParse(item, out var endpoint))
                errors.Add(node.Origin, $"{path}: {LineText.Quote(item)} is not an IP address with a port; allowed: {Allowed}");
            else if (endpoints.Contains(endpoint))
                errors.Add(node.Origin, $"{path}: {endpoint} is given twice");
            else
                endpoints.Add(endpoint);
        }
        value = endpoints.ToImmutable();
        return errors.Count == before;
    }

    public override void Write(Utf8JsonWriter json, ImmutableArray<SocketEndpoint> value)
    {
        json.WriteStartArray();
        foreach (var endpoint in value)
            json.WriteStringValue(endpoint.ToString());
        json.WriteEndArray();
    }

    public override void WriteSchema(Utf8JsonWriter json) => ListText.WriteSchema(json, itemTypes: ["string"]);
}
