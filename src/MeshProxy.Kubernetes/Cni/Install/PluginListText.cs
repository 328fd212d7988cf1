using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>
/// The text of a network configuration list that somebody else owns. An entry is put in and taken out as a piece of text: everything else,
/// unknown fields, order, indentation, stays as it is to the byte.
/// </summary>
internal sealed class PluginListText
{
    private readonly byte[] _text;

    private PluginListText(byte[] text, ImmutableArray<PluginSpan> plugins, string? name, string? version, bool onlyInlined) =>
        (_text, Plugins, Name, Version, LoadsOnlyInlined) = (text, plugins, name, version, onlyInlined);

    public ImmutableArray<PluginSpan> Plugins { get; }

    public string? Name { get; }

    public string? Version { get; }

    /// <summary>The list forbids plugins from the folder of its name (CNI spec 1.1.0, <c>loadOnlyInlinedPlugins</c>).</summary>
    public bool LoadsOnlyInlined { get; }

    public ReadOnlySpan<byte> Bytes => _text;

    /// <returns>Null where it is no list with plugins; the error says why.</returns>
    public static PluginListText? Read(byte[] text, out string error)
    {
        error = "";
        try
        {
            if (!Utf8.IsValid(text))
                error = "it is not UTF-8";
            else if (OutsideJson.Parse(text) is not JsonObject list)
                error = "it is not a JSON object";
            else if (list["plugins"] is not JsonArray plugins || plugins.Count == 0 || plugins.Any(p => TypeOf(p) is null))
                error = "it has no plugins with a type";
            else
                return new PluginListText(
                    text, Find(text), Text(list["name"]), Text(list["cniVersion"]),
                    list["loadOnlyInlinedPlugins"]?.GetValueKind() == JsonValueKind.True);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            error = $"it is not JSON: {e.Message}";
        }
        return null;
    }

    public bool Names(string type) => Plugins.Any(p => p.Type == type);

    /// <summary>With the entry, once; the same text where it has it already.</summary>
    public byte[] With(JsonObject entry)
    {
        var type = TypeOf(entry)!;
        var ours = Plugins.Where(p => p.Type == type).ToArray();
        if (ours.Length == 1 && JsonNode.DeepEquals(OutsideJson.Parse(_text.AsSpan(ours[0].Start..ours[0].End)), entry))
            return _text;
        var without = ours.Length == 0 ? this : Read(Without(type), out _);
        return without is null ? _text : without.Appended(entry);
    }

    /// <summary>Without any entry of this type; the same text where it has none.</summary>
    public byte[] Without(string type)
    {
        var text = _text.ToList();
        for (var i = Plugins.Length - 1; i >= 0; i--)
        {
            if (Plugins[i].Type != type)
                continue;
            var start = i > 0 ? Plugins[i - 1].End : Plugins[i].Start;
            var end = i > 0 || i == Plugins.Length - 1 ? Plugins[i].End : Plugins[i + 1].Start;
            text.RemoveRange(start, end - start);
        }
        return text.Count == _text.Length ? _text : [.. text];
    }

    private byte[] Appended(JsonObject entry)
    {
        var last = Plugins[^1];
        var lineStart = _text.AsSpan(0, last.Start).LastIndexOf((byte)'\n') + 1;
        var before = Encoding.UTF8.GetString(_text.AsSpan(lineStart..last.Start));
        var indented = lineStart > 0 && string.IsNullOrWhiteSpace(before);
        var added = indented
            ? $",\n{before}{Format(entry, true).Replace("\n", "\n" + before, StringComparison.Ordinal)}"
            : $",{Format(entry, false)}";
        return [.. _text[..last.End], .. Encoding.UTF8.GetBytes(added), .. _text[last.End..]];
    }

    public static string Format(JsonObject json, bool indented)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, indented ? CniJson.Indented : CniJson.Options))
            json.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>The text is known to be an object with an array of objects at <c>plugins</c>.</summary>
    private static ImmutableArray<PluginSpan> Find(byte[] text)
    {
        var reader = new Utf8JsonReader(text);
        while (reader.Read()
            && !(reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("plugins")))
        {
        }
        var found = ImmutableArray.CreateBuilder<PluginSpan>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            found.Add(new PluginSpan(start, end, TypeOf(OutsideJson.Parse(text.AsSpan(start..end)))!));
        }
        return found.ToImmutable();
    }

    private static string? TypeOf(JsonNode? plugin) => plugin is JsonObject entry ? Text(entry["type"]) : null;

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
