using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax;

/// <summary>
/// The fields of one object of a list, read one by one; what is wrong with any of them is added to the errors, so that an object with
/// three mistakes has three errors.
/// </summary>
/// <param name="path">Of the object, such as <c>egress.networks[2]</c>.</param>
internal sealed class ObjectFields(ConfigNode.Section section, string path, ConfigErrors errors)
{
    /// <summary>Names compare as the section compares them: variables are upper case by custom, the file's names are by case.</summary>
    public void AllowOnly(IReadOnlyCollection<string> names)
    {
        var comparison = section.Origin.Source == ConfigSource.Environment ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        foreach (var (name, node) in section.Members)
        {
            if (!names.Contains(name, comparison))
                errors.UnknownName(node.Origin, path, name, names);
        }
    }

    public bool TryReadRequired<T>(string name, ValueSyntax<T> syntax, out T value)
    {
        if (section.Members.TryGetValue(name, out var node))
            return syntax.TryRead(node, $"{path}.{name}", errors, out value);
        errors.Add(section.Origin, $"{path}.{name} is missing; allowed: {syntax.Allowed}");
        value = default!;
        return false;
    }

    /// <summary>True with the value for want of a field where the field is missing.</summary>
    public bool TryReadOptional<T>(string name, ValueSyntax<T> syntax, T missing, out T value)
    {
        value = missing;
        return !section.Members.TryGetValue(name, out var node) || syntax.TryRead(node, $"{path}.{name}", errors, out value);
    }
}
