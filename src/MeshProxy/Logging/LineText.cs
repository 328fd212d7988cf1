using System.Globalization;
using System.Text;

namespace MeshProxy.Logging;

/// <summary>
/// Makes any text safe to be part of one line on a terminal or in a file: what could end the line, move the cursor, colour or reorder
/// what follows (C0 and C1 controls, line and paragraph separators, bidirectional overrides, lone surrogates) becomes a visible escape.
/// </summary>
internal static class LineText
{
    public static string Escape(string text)
    {
        var first = 0;
        while (first < text.Length && !IsEscaped(text, first))
            first++;
        if (first == text.Length)
            return text;
        var escaped = new StringBuilder(text.Length + 16).Append(text, 0, first);
        for (var i = first; i < text.Length; i++)
        {
            if (IsEscaped(text, i))
                AppendEscape(escaped, text[i]);
            else
                escaped.Append(text[i]);
        }
        return escaped.ToString();
    }

    /// <summary>A value as it is quoted in a message: escaped, and cut to the given number of characters.</summary>
    public static string Quote(string text, int longest = 80) =>
        text.Length <= longest ? $"\"{Escape(text)}\"" : $"\"{Escape(text[..longest])}…\"";

    private static void AppendEscape(StringBuilder escaped, char c)
    {
        switch (c)
        {
            case '\n': escaped.Append("\\n"); break;
            case '\r': escaped.Append("\\r"); break;
            case '\t': escaped.Append("\\t"); break;
            default: escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
        }
    }

    private static bool IsEscaped(string text, int i)
    {
        var c = text[i];
        if (c < 0x7f)
            return c < 0x20;
        if (char.IsSurrogate(c))
            return !IsPaired(text, i);
        return c is <= '\u009f'
            or '\u2028' or '\u2029'
            or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
    }

    private static bool IsPaired(string text, int i) => char.IsHighSurrogate(text[i])
        ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
        : i > 0 && char.IsHighSurrogate(text[i - 1]);
}
