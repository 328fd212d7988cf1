using System.Collections.Immutable;

namespace MeshProxy.Configuration.Keys;

/// <summary>All keys, in the order in which they are shown, and the sections between them and the top.</summary>
/// <param name="sections">Path and description of every section.</param>
internal sealed class ConfigTable(ImmutableArray<ConfigKey> keys, ImmutableArray<(string Path, string Description)> sections)
{
    private readonly Dictionary<string, ConfigKey> _byPath = keys.ToDictionary(key => key.Path, StringComparer.Ordinal);

    public ImmutableArray<ConfigKey> Keys { get; } = keys;

    public ImmutableArray<(string Path, string Description)> Sections { get; } = sections;

    public ConfigKey? Find(string path) => _byPath.GetValueOrDefault(path);

    public bool IsSection(string path) => Keys.Any(key => key.Path.StartsWith(path + ".", StringComparison.Ordinal));

    /// <summary>The names that may stand in a section, keys and sections; of the top where the path is empty.</summary>
    public List<string> NamesIn(string section)
    {
        var depth = section.Length == 0 ? 0 : section.Count(c => c == '.') + 1;
        return [.. Keys
            .Where(key => depth == 0 || key.Path.StartsWith(section + ".", StringComparison.Ordinal))
            .Select(key => key.Segments[depth])
            .Distinct()];
    }

    /// <summary>The key that a variable's names begin with, without case; what follows are places within its value.</summary>
    public ConfigKey? FindInEnvironment(string[] path) => Keys.FirstOrDefault(key =>
        path.Length >= key.Segments.Length
        && key.Segments.SequenceEqual(path.Take(key.Segments.Length), StringComparer.OrdinalIgnoreCase));
}
