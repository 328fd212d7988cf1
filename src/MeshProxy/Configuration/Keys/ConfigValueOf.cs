using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Keys;

internal sealed class ConfigValue<T>(ConfigKey<T> key, T value, ConfigOrigin origin) : ConfigValue(key, origin)
{
    public T Value { get; } = value;

    protected override void WriteValue(Utf8JsonWriter json) => key.Write(json, Value);
}
