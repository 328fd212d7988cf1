using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>A comparison: an object with one field, which names how, and holds with what.</summary>
internal sealed class RouteTextSyntax(ValueSyntax<string> text, params RouteTextKind[] kinds) : ValueSyntax<RouteText>
{
    private readonly string[] _names = [.. kinds.Select(NameOf)];

    public override string Allowed => $"an object with one of {string.Join(", ", _names)}, such as {{ \"{_names[0]}\": … }}";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out RouteText value)
    {
        value = RouteText.Any;
        if (node is not ConfigNode.Section { Members.Count: 1 } section)
            return Refuse(node, path, errors);
        var before = errors.Count;
        var fields = new ObjectFields(section, path, errors);
        fields.AllowOnly(_names);
        if (errors.Count > before)
            return false;
        var kind = kinds.First(kind => section.Members.Keys.First().Equals(NameOf(kind), StringComparison.OrdinalIgnoreCase));
        if (kind == RouteTextKind.Present)
            return fields.TryReadRequired(NameOf(kind), RouteTexts.True, out _);
        var isRead = fields.TryReadRequired(NameOf(kind), kind == RouteTextKind.Regex ? RouteTexts.Expression : text, out var wanted);
        value = new RouteText(kind, wanted);
        return isRead;
    }

    public override void Write(Utf8JsonWriter json, RouteText value)
    {
        json.WriteStartObject();
        if (value.Kind == RouteTextKind.Present)
            json.WriteBoolean(NameOf(value.Kind), true);
        else
            json.WriteString(NameOf(value.Kind), value.Text);
        json.WriteEndObject();
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteNumber("minProperties", 1);
        json.WriteNumber("maxProperties", 1);
        json.WriteStartObject("properties");
        foreach (var kind in kinds)
        {
            json.WriteStartObject(NameOf(kind));
            if (kind == RouteTextKind.Present)
                json.WriteBoolean("const", true);
            else
                json.WriteString("type", "string");
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static string NameOf(RouteTextKind kind) => kind switch
    {
        RouteTextKind.Exact => "exact",
        RouteTextKind.Prefix => "prefix",
        RouteTextKind.Regex => "regex",
        _ => "present",
    };
}
