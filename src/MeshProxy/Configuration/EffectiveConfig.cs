using System.Text.Encodings.Web;
using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration;

/// <summary>
/// Every key with its value in force and where it was written, as JSON: <c>{"log.level":{"value":"info","from":"default"}, …}</c>.
/// Secrets are masked.
/// </summary>
internal static class EffectiveConfig
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Stream output, ConfigValues values)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        foreach (var key in values.Table.Keys)
        {
            json.WriteStartObject(key.Path);
            json.WritePropertyName("value");
            values[key].Write(json);
            json.WriteString("from", Describe(values[key].Origin));
            json.WriteString("environment", key.EnvironmentName);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static string Describe(ConfigOrigin origin) =>
        origin.Source == ConfigSource.Environment ? $"environment {origin}" : origin.ToString();
}
