using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Keys;

/// <summary>A valid value in force, and where it was written.</summary>
internal abstract class ConfigValue(ConfigKey key, ConfigOrigin origin)
{
    private const string Masked = "***";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ConfigKey Key { get; } = key;

    public ConfigOrigin Origin { get; } = origin;

    /// <summary>As the file would give it, or masked.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (Key.Secret)
            json.WriteStringValue(Masked);
        else
            WriteValue(json);
    }

    /// <summary>As in the file, on one line, or masked.</summary>
    public override string ToString() => Text(Write);

    public bool SameAs(ConfigValue other) => Text(WriteValue) == other.Text(other.WriteValue);

    protected abstract void WriteValue(Utf8JsonWriter json);

    private string Text(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
