using System.Text.Json;

namespace MeshProxy.Configuration.Syntax;

/// <summary>A field of an object of type <typeparamref name="T"/>: read into a copy, written from it, described.</summary>
internal abstract class ObjectField<T>(string name, bool isRequired)
{
    public string Name => name;

    public bool IsRequired => isRequired;

    /// <param name="get">The field of an object.</param>
    /// <param name="with">A copy of an object with another value of the field.</param>
    public static ObjectField<T> Of<TValue>(
        string name, ValueSyntax<TValue> syntax, string description,
        Func<T, TValue> get, Func<T, TValue, T> with, bool isRequired = false) =>
        new ObjectField<T, TValue>(name, syntax, description, get, with, isRequired);

    /// <summary>The object with this field as it is written, or as it was where it is not written or wrong.</summary>
    public abstract T Read(ObjectFields fields, T value);

    /// <summary>Nothing where the value is the default's.</summary>
    public abstract void Write(Utf8JsonWriter json, T value, T @default);

    public abstract void WriteSchema(Utf8JsonWriter json);
}
