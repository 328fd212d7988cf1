using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration;

/// <summary>
/// Brings the file's tree and the environment's variables together, key by key: the environment wins, and a list that it gives replaces
/// the file's list as a whole. What the file says is validated even where the environment overrides it.
/// </summary>
internal sealed class ConfigResolver(ConfigTable table, ConfigErrors errors)
{
    /// <summary>Names the editor's schema of the file; means nothing to the sidecar.</summary>
    private const string SchemaName = "$schema";

    private readonly Dictionary<ConfigKey, ConfigValue> _values = [];
    private readonly HashSet<ConfigKey> _refused = [];

    /// <summary>Keys whose written value was not allowed: what stands in for it is nobody's wish, and no rule is held against it.</summary>
    public IReadOnlySet<ConfigKey> Refused => _refused;

    public ConfigValues Resolve(ConfigNode.Section? file, IReadOnlyDictionary<ConfigKey, ConfigNode> environment)
    {
        if (file is not null)
            ReadSection(file, "");
        foreach (var (key, node) in environment)
            ReadValue(key, node);
        return new ConfigValues(table, _values.Values);
    }

    private void ReadSection(ConfigNode.Section section, string path)
    {
        foreach (var (name, node) in section.Members)
        {
            var full = path.Length == 0 ? name : $"{path}.{name}";
            if (table.Find(full) is { } key)
                ReadValue(key, node);
            else if (!table.IsSection(full))
                AddUnknown(node, path, name);
            else if (node is ConfigNode.Section inner)
                ReadSection(inner, full);
            else
                errors.NotAllowed(node, full, $"a section, {{ … }}, with {string.Join(", ", table.NamesIn(full))}");
        }
    }

    private void ReadValue(ConfigKey key, ConfigNode node)
    {
        if (key.Read(node, errors) is { } value)
            _values[key] = value;
        else
            _refused.Add(key);
    }

    private void AddUnknown(ConfigNode node, string section, string name)
    {
        if (section.Length == 0 && name == SchemaName)
            return;
        errors.UnknownName(node.Origin, section, name, table.NamesIn(section));
    }
}
