using System.Text.Json;

namespace MeshProxy.Configuration.Syntax;

internal sealed class ObjectField<T, TValue>(
    string name, ValueSyntax<TValue> syntax, string description, Func<T, TValue> get, Func<T, TValue, T> with, bool isRequired = false)
    : ObjectField<T>(name, isRequired)
{
    public override T Read(ObjectFields fields, T value)
    {
        var isRead = IsRequired
            ? fields.TryReadRequired(Name, syntax, out var field)
            : fields.TryReadOptional(Name, syntax, get(value), out field);
        return isRead ? with(value, field) : value;
    }

    public override void Write(Utf8JsonWriter json, T value, T @default)
    {
        var field = get(value);
        if (!IsRequired && EqualityComparer<TValue>.Default.Equals(field, get(@default)))
            return;
        json.WritePropertyName(Name);
        syntax.Write(json, field);
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartObject(Name);
        json.WriteString("description", $"{description} Allowed: {syntax.Allowed}.");
        syntax.WriteSchema(json);
        json.WriteEndObject();
    }
}
