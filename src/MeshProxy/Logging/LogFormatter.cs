using System.Buffers;

namespace MeshProxy.Logging;

/// <summary>Turns an event into exactly one line, ended by a line feed, safe to show on any terminal, of bounded length.</summary>
internal abstract class LogFormatter
{
    /// <summary>
    /// Characters of a message that are kept; far more than any of ours, and little enough that a line fits one atomic write to a pipe
    /// twice over in the common case.
    /// </summary>
    protected const int LongestMessage = 2048;

    /// <summary>Characters of an exception with its stack that are kept.</summary>
    protected const int LongestException = 6144;

    public abstract void Format(in LogRecord record, IBufferWriter<byte> output);

    protected static string Cut(string text, int longest) =>
        text.Length <= longest ? text : $"{text[..longest]}… ({text.Length - longest} characters more)";

    /// <summary>An exception on one line: the stack's lines parted by bars.</summary>
    protected static string OneLine(Exception exception) =>
        string.Join(" | ", exception.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
