using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MeshProxy.Logging;

/// <summary>One JSON object per line: the fixed members first, then the event's own values by name.</summary>
internal sealed class JsonLogFormatter : LogFormatter
{
    /// <summary>Characters of one value that are kept; the message holds it again.</summary>
    private const int LongestValue = 512;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly FrozenSet<string> FixedMembers =
        FrozenSet.Create(StringComparer.Ordinal, "time", "level", "event", "name", "category", "message", "exception");

    public override void Format(in LogRecord record, IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", record.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("level", LogLevelWord.Of(record.Level));
            json.WriteNumber("event", record.Event.Id);
            if (record.Event.Name is { } name)
                json.WriteString("name", name);
            json.WriteString("category", record.Category);
            json.WriteString("message", Safe(record.Message, LongestMessage));
            WriteFields(json, record.Fields);
            if (record.Exception is not null)
                json.WriteString("exception", Safe(OneLine(record.Exception), LongestException));
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        foreach (var (name, value) in fields ?? [])
        {
            if (name == "{OriginalFormat}")
                continue;
            json.WritePropertyName(FixedMembers.Contains(name) ? name + "_" : name);
            WriteValue(json, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case ushort number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            default: json.WriteStringValue(Safe(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", LongestValue)); break;
        }
    }

    /// <summary>
    /// JSON's own escapes keep the line whole; ours, before them, keep what a reader decodes from it harmless on a terminal.
    /// </summary>
    private static string Safe(string text, int longest) => LineText.Escape(Cut(text, longest));
}
