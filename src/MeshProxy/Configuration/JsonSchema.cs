using System.Text.Encodings.Web;
using System.Text.Json;
using MeshProxy.Configuration.Keys;

namespace MeshProxy.Configuration;

/// <summary>The JSON schema of the configuration file, for editors, made from the table of keys.</summary>
internal static class JsonSchema
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(Stream output, ConfigTable table)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        json.WriteString("title", "MeshProxy configuration");
        WriteSection(json, table, "", SchemaOfSchema);
        json.WriteEndObject();
    }

    private static void WriteSection(Utf8JsonWriter json, ConfigTable table, string path, Action<Utf8JsonWriter>? first = null)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        first?.Invoke(json);
        foreach (var name in table.NamesIn(path))
        {
            var full = path.Length == 0 ? name : $"{path}.{name}";
            json.WriteStartObject(name);
            if (table.Find(full) is { } key)
                WriteKey(json, key);
            else
            {
                json.WriteString("description", table.Sections.First(section => section.Path == full).Description);
                WriteSection(json, table, full);
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteKey(Utf8JsonWriter json, ConfigKey key)
    {
        var restart = key.Reload == ConfigReload.NeedsRestart ? " Takes effect at the next start." : "";
        json.WriteString("description", $"{key.Description} Allowed: {key.Allowed}.{restart} Environment: {key.EnvironmentName}.");
        key.WriteSchema(json);
        json.WritePropertyName("default");
        key.Default.Write(json);
    }

    /// <summary>So that the file may name its schema.</summary>
    private static void SchemaOfSchema(Utf8JsonWriter json)
    {
        json.WriteStartObject("$schema");
        json.WriteString("type", "string");
        json.WriteEndObject();
    }
}
