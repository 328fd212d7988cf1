using System.Collections.Immutable;
using MeshProxy.Values;

namespace MeshProxy.Configuration.Reading;

/// <summary>Collects every mistake of one load, so that they are mended in one go.</summary>
internal sealed class ConfigErrors
{
    private readonly List<ConfigError> _errors = [];

    public int Count => _errors.Count;

    public ImmutableArray<ConfigError> ToImmutable() => [.. _errors];

    public void Add(ConfigOrigin origin, string message) => _errors.Add(new ConfigError(origin, message));

    public void NotAllowed(ConfigNode node, string path, string allowed) =>
        Add(node.Origin, $"{path} is {node.Quoted}; allowed: {allowed}");

    /// <param name="name">
    /// The unknown name alone; <paramref name="section"/> is the path of the section it stands in, empty at the top.
    /// </param>
    /// <param name="siblings">The names that are known there.</param>
    public void UnknownName(ConfigOrigin origin, string section, string name, IReadOnlyCollection<string> siblings)
    {
        var advice = NearestName.Find(name, siblings) is { } nearest
            ? $"did you mean {Join(section, nearest)}?"
            : $"known there: {string.Join(", ", siblings)}";
        Add(origin, $"{Join(section, name)} is not a key; {advice}");
    }

    private static string Join(string section, string name) => section.Length == 0 ? name : $"{section}.{name}";
}
