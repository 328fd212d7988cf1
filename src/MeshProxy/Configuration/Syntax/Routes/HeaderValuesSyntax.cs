using System.Collections.Immutable;
using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>Headers by name: <c>{ "x-canary": "yes" }</c>.</summary>
internal sealed class HeaderValuesSyntax(ValueSyntax<string> name, ValueSyntax<string> content)
    : ValueSyntax<ImmutableArray<RouteHeaderValue>>
{
    public override string Allowed => $"an object of which each name is {name.Allowed}, and each value is {content.Allowed}";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out ImmutableArray<RouteHeaderValue> value)
    {
        value = [];
        if (node is not ConfigNode.Section section)
            return Refuse(node, path, errors);
        var before = errors.Count;
        var values = ImmutableArray.CreateBuilder<RouteHeaderValue>();
        foreach (var (member, text) in section.Members)
        {
            var isName = name.TryRead(new ConfigNode.Scalar(text.Origin, member, IsString: true), path, errors, out _);
            if (content.TryRead(text, $"{path}.{member}", errors, out var written) && isName)
                values.Add(new RouteHeaderValue(member, written));
        }
        value = values.ToImmutable();
        return errors.Count == before;
    }

    public override void Write(Utf8JsonWriter json, ImmutableArray<RouteHeaderValue> value)
    {
        json.WriteStartObject();
        foreach (var header in value)
            json.WriteString(header.Name, header.Value);
        json.WriteEndObject();
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteStartObject("additionalProperties");
        content.WriteSchema(json);
        json.WriteEndObject();
    }
}
