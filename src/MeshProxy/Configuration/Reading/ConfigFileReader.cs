using System.Text;
using System.Text.Json;

namespace MeshProxy.Configuration.Reading;

/// <summary>
/// Reads JSON with comments and trailing commas into nodes that know their line. A name given twice is an error, because the reader of
/// the file cannot tell which of the two holds.
/// </summary>
internal ref struct ConfigFileReader
{
    private static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly string _path;
    private readonly ReadOnlySpan<byte> _json;
    private readonly ConfigErrors _errors;
    private Utf8JsonReader _reader;
    private int _line = 1;
    private int _counted;

    private ConfigFileReader(string path, ReadOnlySpan<byte> json, ConfigErrors errors)
    {
        _path = path;
        _json = json;
        _errors = errors;
        _reader = new Utf8JsonReader(json, Options);
    }

    /// <summary>The top section, or null where the text is not JSON; then the error names line and column.</summary>
    public static ConfigNode.Section? Read(string path, ReadOnlySpan<byte> json, ConfigErrors errors)
    {
        if (json.StartsWith("\ufeff"u8))
            json = json[3..];
        try
        {
            var reader = new ConfigFileReader(path, json, errors);
            return reader.ReadDocument();
        }
        catch (JsonException wrong)
        {
            var column = wrong.BytePositionInLine + 1;
            errors.Add(ConfigOrigin.File(path, (int)(wrong.LineNumber ?? 0) + 1), $"column {column}: {WithoutPosition(wrong.Message)}");
            return null;
        }
    }

    private ConfigNode.Section? ReadDocument()
    {
        _reader.Read();
        if (ReadNode("") is ConfigNode.Section section)
        {
            _reader.Read();
            return section;
        }
        _errors.Add(ConfigOrigin.File(_path, 1), "the file must hold one JSON object, { … }");
        return null;
    }

    private ConfigNode ReadNode(string path) => _reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadSection(path),
        JsonTokenType.StartArray => ReadList(path),
        JsonTokenType.String => new ConfigNode.Scalar(Here(), ReadText(), IsString: true),
        _ => new ConfigNode.Scalar(Here(), Encoding.UTF8.GetString(_reader.ValueSpan), IsString: false),
    };

    private ConfigNode.Section ReadSection(string path)
    {
        var origin = Here();
        var members = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var name = ReadText();
            var full = path.Length == 0 ? name : $"{path}.{name}";
            if (members.TryGetValue(name, out var first))
                _errors.Add(Here(), $"{full} is given twice, first in line {first.Origin.Line}");
            _reader.Read();
            members[name] = ReadNode(full);
        }
        return new ConfigNode.Section(origin, members);
    }

    private ConfigNode.List ReadList(string path)
    {
        var origin = Here();
        var items = new List<ConfigNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            items.Add(ReadNode($"{path}[{items.Count}]"));
        return new ConfigNode.List(origin, items);
    }

    /// <summary>Half a surrogate pair or a byte that is not UTF-8 is found only when the text is decoded.</summary>
    private string ReadText()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            _errors.Add(Here(), "a text here is not valid Unicode");
            return "";
        }
    }

    /// <summary>The line of the token just read; lines are counted on from the last token, so the whole file is counted once.</summary>
    private ConfigOrigin Here()
    {
        var start = (int)_reader.TokenStartIndex;
        _line += _json[_counted..start].Count((byte)'\n');
        _counted = start;
        return ConfigOrigin.File(_path, _line);
    }

    /// <summary>The library's messages end in their own spelling of the position, counted from 0.</summary>
    private static string WithoutPosition(string message) =>
        message.IndexOf(" LineNumber:", StringComparison.Ordinal) is var end and > 0 ? message[..end].TrimEnd('.') : message;
}
