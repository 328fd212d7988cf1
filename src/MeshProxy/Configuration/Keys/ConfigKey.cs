using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Keys;

/// <summary>A row of the table of keys, as those see it who treat all keys alike.</summary>
/// <param name="path">As in the file, parts separated by dots.</param>
/// <param name="description">One or more sentences: meaning, unit, what 0 does.</param>
/// <param name="reload">Whether a running sidecar takes a new value, or only the next start does.</param>
internal abstract class ConfigKey(string path, string description, ConfigReload reload)
{
    public string Path { get; } = path;

    public string[] Segments { get; } = path.Split('.');

    public string Description { get; } = description;

    public ConfigReload Reload { get; } = reload;

    /// <summary>A secret is never shown: not by /config, not by check, not in a reload's log line.</summary>
    public bool Secret { get; init; }

    public string EnvironmentName { get; } =
        ConfigEnvironmentReader.Prefix + path.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    public abstract string Allowed { get; }

    public abstract ConfigValue Default { get; }

    /// <summary>Null where the node is not allowed; then the errors say why.</summary>
    public abstract ConfigValue? Read(ConfigNode node, ConfigErrors errors);

    public abstract void WriteSchema(Utf8JsonWriter json);
}
