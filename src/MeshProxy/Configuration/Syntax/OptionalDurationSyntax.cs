using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax;

/// <summary>A duration, or a word for there being none.</summary>
internal sealed class OptionalDurationSyntax(string none, DurationSyntax duration) : ValueSyntax<TimeSpan?>
{
    public override string Allowed { get; } = $"{duration.Allowed}, or {none}";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out TimeSpan? value)
    {
        value = null;
        if (node is ConfigNode.Scalar scalar && scalar.Text.Equals(none, StringComparison.OrdinalIgnoreCase))
            return true;
        if (!duration.IsAllowed(node, out var given))
            return Refuse(node, path, errors);
        value = given;
        return true;
    }

    public override void Write(Utf8JsonWriter json, TimeSpan? value)
    {
        if (value is { } given)
            duration.Write(json, given);
        else
            json.WriteStringValue(none);
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartArray("anyOf");
        json.WriteStartObject();
        json.WriteString("const", none);
        json.WriteEndObject();
        json.WriteStartObject();
        duration.WriteSchema(json);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
