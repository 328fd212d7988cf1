using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MeshProxy.Netfilter;

/// <summary>
/// A redirect configuration as one line of JSON, as it travels in a pod annotation from the injector to the CNI plugin: an object of texts
/// by key, and a version. What is left out has its default.
/// </summary>
public static class RedirectConfigJson
{
    /// <summary>A reader refuses other versions: what it does not know, it would silently not do.</summary>
    public const int Version = 1;

    private const string VersionKey = "version";
    private const string OneRelease = "injector and reader must be of one release";

    /// <summary>Of a key given twice, nobody knows which was meant.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly string OwnVersion = Version.ToString(CultureInfo.InvariantCulture);

    public static string Write(RedirectConfig config)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber(VersionKey, Version);
            foreach (var (key, text) in RedirectConfigText.Write(config))
                json.WriteString(key, text);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <returns>False with every error, a line each.</returns>
    public static bool TryRead(string json, out RedirectConfig config, out ImmutableArray<string> errors)
    {
        config = new RedirectConfig();
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                errors = ["the redirect configuration is not a JSON object"];
            else if (VersionOf(document.RootElement) is var version && version != OwnVersion)
                errors = [$"the redirect configuration has version {version}, and version {OwnVersion} is understood here: {OneRelease}"];
            else
                RedirectConfigText.TryRead(Texts(document.RootElement), out config, out errors);
        }
        catch (JsonException e)
        {
            errors = [$"the redirect configuration is not JSON: {e.Message}"];
        }
        return errors.IsEmpty;
    }

    private static string VersionOf(JsonElement root) => root.TryGetProperty(VersionKey, out var version) ? version.ToString() : "none";

    /// <summary>Numbers and truth values are taken as their text, which is what a person would write.</summary>
    private static Dictionary<string, string> Texts(JsonElement root) => root.EnumerateObject()
        .Where(p => p.Name != VersionKey && p.Value.ValueKind != JsonValueKind.Null)
        .ToDictionary(p => p.Name, p => p.Value.ToString().ToLowerInvariant());
}
