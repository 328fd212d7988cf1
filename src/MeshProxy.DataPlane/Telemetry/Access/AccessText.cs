using System.Globalization;
using System.Text;

namespace MeshProxy.DataPlane.Telemetry.Access;

/// <summary>
/// What a client wrote, made fit for a line: printable ASCII stays, every other byte, the quote and the backslash become <c>\xNN</c>, as in
/// the logs of the usual web servers. So no client can end a line, forge a field, or speak to a terminal.
/// </summary>
internal static class AccessText
{
    /// <summary>Bytes of one value that are kept; three dots say that there were more.</summary>
    public const int Longest = 1024;

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(Math.Min(bytes.Length, Longest) + 8);
        foreach (var value in bytes[..Math.Min(bytes.Length, Longest)])
        {
            if (value is >= 0x20 and <= 0x7e and not (byte)'"' and not (byte)'\\')
                text.Append((char)value);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        }
        return bytes.Length > Longest ? text.Append("...").ToString() : text.ToString();
    }
}
