using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration;

/// <summary>One valid value for every key of the table: what was written, or the default.</summary>
internal sealed class ConfigValues
{
    private readonly Dictionary<ConfigKey, ConfigValue> _values;

    public ConfigValues(ConfigTable table, IEnumerable<ConfigValue> written)
    {
        Table = table;
        _values = table.Keys.ToDictionary(key => key, key => key.Default);
        foreach (var value in written)
            _values[value.Key] = value;
    }

    public ConfigTable Table { get; }

    public ConfigValue this[ConfigKey key] => _values[key];

    public T Get<T>(ConfigKey<T> key) => ((ConfigValue<T>)_values[key]).Value;

    public ConfigOrigin OriginOf(ConfigKey key) => _values[key].Origin;

    /// <summary>How many keys do not have their default's place.</summary>
    public int Written => _values.Values.Count(value => value.Origin.Source != ConfigSource.Default);

    /// <summary>The keys whose values differ, in the table's order.</summary>
    public IEnumerable<ConfigKey> ChangedFrom(ConfigValues other) => Table.Keys.Where(key => !this[key].SameAs(other[key]));

    /// <summary>These values, but with those of the running sidecar where only a restart could change them.</summary>
    public ConfigValues WithFixedFrom(ConfigValues running) =>
        new(Table, Table.Keys.Select(key => key.Reload == ConfigReload.NeedsRestart ? running[key] : this[key]));
}
