using System.Buffers.Text;

namespace MeshProxy.Telemetry;

/// <summary>Small files of /proc, read into the caller's buffer, and the fields in them.</summary>
internal static class ProcFile
{
    /// <summary>As much as the buffer holds; empty where the file cannot be read.</summary>
    public static ReadOnlySpan<byte> Read(string path, Span<byte> buffer)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return buffer[..RandomAccess.Read(file, buffer, 0)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Takes the next field that blanks end off the text, as a number; 0 for words such as "unlimited".</summary>
    public static long TakeNumber(ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t"u8);
        var end = text.IndexOfAny(" \t\n"u8);
        var field = end < 0 ? text : text[..end];
        text = text[field.Length..];
        return Utf8Parser.TryParse(field, out long value, out _) ? value : 0;
    }
}
