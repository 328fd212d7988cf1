using System.Text;

namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// A response head that says <c>Connection: close</c> where the server's did not: the only bytes the proxy ever changes, and only while it
/// drains. Other connection options stay; keep-alive, and the Keep-Alive field that goes with it, would contradict and are left out.
/// </summary>
internal static class ClosingHead
{
    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <param name="head">Valid and whole: lines that end in CRLF, the last one empty.</param>
    public static byte[] Write(ReadOnlySpan<byte> head)
    {
        var written = new List<byte>(head.Length + 32);
        var hasClose = false;
        for (var rest = head[..^LineEnd.Length]; rest.Length > 0;)
        {
            var line = rest[..rest.IndexOf(LineEnd)];
            rest = rest[(line.Length + LineEnd.Length)..];
            if (IsField(line, "keep-alive"u8))
                continue;
            if (IsField(line, "connection"u8))
                AddConnection(written, line, ref hasClose);
            else
                AddLine(written, line);
        }
        if (!hasClose)
            AddLine(written, "Connection: close"u8);
        written.AddRange(LineEnd);
        return [.. written];
    }

    private static bool IsField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && line[name.Length] == ':' && Ascii.EqualsIgnoreCase(line[..name.Length], name);

    /// <summary>Close goes first into the first Connection field; the server's other options keep their fields.</summary>
    private static void AddConnection(List<byte> written, ReadOnlySpan<byte> line, ref bool hasClose)
    {
        var name = line[..line.IndexOf((byte)':')];
        var values = line[(name.Length + 1)..];
        var start = written.Count;
        written.AddRange(name);
        written.AddRange(hasClose ? ":"u8 : ": close"u8);
        var isEmpty = hasClose;
        foreach (var range in values.Split((byte)','))
        {
            var option = values[range].Trim(" \t"u8);
            if (option.IsEmpty || Ascii.EqualsIgnoreCase(option, "keep-alive"u8))
                continue;
            written.AddRange(isEmpty ? " "u8 : ", "u8);
            written.AddRange(option);
            isEmpty = false;
        }
        if (isEmpty)
            written.RemoveRange(start, written.Count - start);
        else
            written.AddRange(LineEnd);
        hasClose = true;
    }

    private static void AddLine(List<byte> written, ReadOnlySpan<byte> line)
    {
        written.AddRange(line);
        written.AddRange(LineEnd);
    }
}
