using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.Configuration.Syntax;

namespace MeshProxy.Configuration.Keys;

/// <summary>A row of the table of keys, with the type of its value.</summary>
internal sealed class ConfigKey<T> : ConfigKey
{
    private readonly ValueSyntax<T> _syntax;

    public ConfigKey(string path, ValueSyntax<T> syntax, T @default, string description, ConfigReload reload = ConfigReload.Live)
        : base(path, description, reload)
    {
        _syntax = syntax;
        Default = new ConfigValue<T>(this, @default, ConfigOrigin.Default);
    }

    public override string Allowed => _syntax.Allowed;

    public override ConfigValue Default { get; }

    public override ConfigValue? Read(ConfigNode node, ConfigErrors errors) =>
        _syntax.TryRead(node, Path, errors, out var value) ? new ConfigValue<T>(this, value, node.Origin) : null;

    public override void WriteSchema(Utf8JsonWriter json) => _syntax.WriteSchema(json);

    public void Write(Utf8JsonWriter json, T value) => _syntax.Write(json, value);
}
