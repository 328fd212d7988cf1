using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax;

/// <summary>
/// How values of one kind are read, written and described. Whatever is known of a kind is said here once: the parser, the error
/// messages, the JSON schema and the effective configuration all come from it.
/// </summary>
internal abstract class ValueSyntax<T>
{
    /// <summary>What may be written, for error messages and documentation.</summary>
    public abstract string Allowed { get; }

    /// <summary>Adds at least one error where it returns false.</summary>
    public abstract bool TryRead(ConfigNode node, string path, ConfigErrors errors, out T value);

    /// <summary>The value as the file would give it.</summary>
    public abstract void Write(Utf8JsonWriter json, T value);

    /// <summary>The members of the JSON schema that restrict the value: type, pattern, enum, bounds.</summary>
    public abstract void WriteSchema(Utf8JsonWriter json);

    protected bool Refuse(ConfigNode node, string path, ConfigErrors errors)
    {
        errors.NotAllowed(node, path, Allowed);
        return false;
    }
}
