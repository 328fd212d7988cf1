using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter;

/// <summary>
/// A redirect configuration as one line of JSON, as it travels in a pod annotation from the injector to the CNI plugin: an object of texts
/// by key, a version, and a hash of the two, so that what somebody has changed on the way is not carried out. What is left out has its
/// default; without a hash, as people write it by hand, nothing is compared.
/// </summary>
public static class RedirectConfigJson
{
    /// <summary>A reader refuses other versions: what it does not know, it would silently not do.</summary>
    public const int Version = 1;

    private const string VersionKey = "version";
    private const string HashKey = "hash";
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
            var texts = RedirectConfigText.Write(config);
            foreach (var (key, text) in texts)
                json.WriteString(key, text);
            json.WriteString(HashKey, HashOf(texts));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>That which <see cref="Write"/> writes.</summary>
    public static string HashOf(RedirectConfig config) => HashOf(RedirectConfigText.Write(config));

    /// <returns>False with every error, a line each.</returns>
    public static bool TryRead(string json, out RedirectConfig config, out ImmutableArray<string> errors)
    {
        config = new RedirectConfig();
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            errors = Read(document.RootElement, ref config);
        }
        // The last two are a reader's words for half of a surrogate pair, escaped or not.
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            errors = [$"the redirect configuration is not JSON: {e.Message}"];
        }
        return errors.IsEmpty;
    }

    private static ImmutableArray<string> Read(JsonElement root, ref RedirectConfig config)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return ["the redirect configuration is not a JSON object"];
        if (VersionOf(root) is var version && version != OwnVersion)
            return [$"the redirect configuration has version {version}, and version {OwnVersion} is understood here: {OneRelease}"];
        var texts = Texts(root);
        if (texts.Remove(HashKey, out var said) && HashOf(texts) is var hash && said != hash)
            return [$"the redirect configuration has hash {said}, and comes to {hash}: it was changed after the injector wrote it"];
        RedirectConfigText.TryRead(texts, out config, out var errors);
        return errors;
    }

    /// <summary>
    /// Over what is written, by key, and not over what it comes to here: another release has other defaults, and reads the same hash.
    /// </summary>
    private static string HashOf(IEnumerable<KeyValuePair<string, string>> texts)
    {
        var lines = texts.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}={t.Value}\n");
        return TextHash.Of(string.Concat(lines.Prepend($"{VersionKey}={OwnVersion}\n")));
    }

    private static string VersionOf(JsonElement root) => root.TryGetProperty(VersionKey, out var version) ? version.ToString() : "none";

    /// <summary>Numbers and truth values are taken as their text, which is what a person would write.</summary>
    private static Dictionary<string, string> Texts(JsonElement root) => root.EnumerateObject()
        .Where(p => p.Name != VersionKey && p.Value.ValueKind != JsonValueKind.Null)
        .ToDictionary(p => p.Name, p => p.Value.ToString().ToLowerInvariant());
}
