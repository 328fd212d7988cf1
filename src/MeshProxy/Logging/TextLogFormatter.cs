using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Logging;

/// <summary>
/// <c>2026-05-01T12:00:00.123Z info  1002 ready in 95 ms</c>: time in UTC, level, event id, message; colours on a terminal only.
/// </summary>
internal sealed class TextLogFormatter(bool colours) : LogFormatter
{
    private const string Reset = "\u001b[0m";

    public override void Format(in LogRecord record, IBufferWriter<byte> output)
    {
        var line = new StringBuilder(256);
        line.Append(CultureInfo.InvariantCulture, $"{record.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} ");
        var colour = colours ? ColourOf(record.Level) : "";
        line.Append(CultureInfo.InvariantCulture,
            $"{colour}{LogLevelWord.Of(record.Level),-5}{(colour.Length > 0 ? Reset : "")} {record.Event.Id,4} ");
        if (!LogCategory.IsOurs(record.Category))
            line.Append(LineText.Escape(record.Category)).Append(": ");
        line.Append(LineText.Escape(Cut(record.Message, LongestMessage)));
        if (record.Exception is not null)
            line.Append(" | ").Append(LineText.Escape(Cut(OneLine(record.Exception), LongestException)));
        line.Append('\n');
        foreach (var chunk in line.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, output);
    }

    private static string ColourOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "\u001b[2m",
        LogLevel.Warning => "\u001b[33m",
        LogLevel.Error or LogLevel.Critical => "\u001b[31m",
        _ => "",
    };
}
