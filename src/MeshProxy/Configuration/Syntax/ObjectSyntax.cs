using System.Collections.Immutable;
using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax;

/// <summary>
/// An object of named fields, each with its own syntax. What a field that is not written holds is what it holds in the default.
/// </summary>
internal sealed class ObjectSyntax<T>(T @default, params ImmutableArray<ObjectField<T>> fields) : ValueSyntax<T>
{
    private readonly string[] _names = [.. fields.Select(field => field.Name)];

    public override string Allowed => $"an object, {{ … }}, with {string.Join(", ", _names)}";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out T value)
    {
        value = @default;
        if (node is not ConfigNode.Section section)
            return Refuse(node, path, errors);
        var before = errors.Count;
        var read = new ObjectFields(section, path, errors);
        read.AllowOnly(_names);
        foreach (var field in fields)
            value = field.Read(read, value);
        return errors.Count == before;
    }

    public override void Write(Utf8JsonWriter json, T value)
    {
        json.WriteStartObject();
        foreach (var field in fields)
            field.Write(json, value, @default);
        json.WriteEndObject();
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartArray("required");
        foreach (var field in fields.Where(field => field.IsRequired))
            json.WriteStringValue(field.Name);
        json.WriteEndArray();
        json.WriteStartObject("properties");
        foreach (var field in fields)
            field.WriteSchema(json);
        json.WriteEndObject();
    }
}
