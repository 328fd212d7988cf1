using System.Text.RegularExpressions;

namespace MeshProxy.PodTests.Faults;

/// <summary>How a conversation went.</summary>
/// <param name="Seen">What the client got and how it ended, in the words of <see cref="FaultTable"/>.</param>
/// <param name="Reason">As the sidecar has recorded it, with the protocol before it.</param>
/// <param name="After">From the request to the end.</param>
internal sealed partial record Outcome(string Seen, string Reason, TimeSpan After)
{
    /// <param name="received">All the client has read.</param>
    /// <param name="said">All the server has said.</param>
    public static string Describe(byte[] received, byte[] said, bool isReset)
    {
        var end = isReset ? "RST" : "FIN";
        if (received.AsSpan().SequenceEqual(said))
            return received.Length == 0 ? end : $"all {end}";
        var text = System.Text.Encoding.Latin1.GetString(received);
        var answer = OwnAnswer().Match(text);
        if (!answer.Success || isReset)
            return $"{received.Length} of {said.Length} bytes, {end}: {Regex.Escape(text)}";
        var passed = received.AsSpan(0, answer.Index);
        return said.AsSpan().StartsWith(passed) ? Printable(answer.Groups["says"].Value) : $"forged: {Regex.Escape(text)}";
    }

    /// <summary>Between a field's name and its value stands the value's length, a byte.</summary>
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>
    /// The proxy's own answers. HTTP/2 fields are literals, so they can be read as they stand; its frames begin with three bytes of length,
    /// one of type (1 HEADERS, 4 SETTINGS, 7 GOAWAY), one of flags, four of stream.
    /// </summary>
    [GeneratedRegex(
        """
        HTTP/1\.1\ (?<says>[45]\d\d)\ [^\0]*\r\nmeshproxy-error:\ |
        ...\x04\x00\x00\x00\x00\x00[\s\S]*(?<says>grpc-status[\x01\x02]\d+)[\s\S]*meshproxy-error[\s\S]*\x07\x00\x00\x00\x00\x00 |
        ...\x04\x00\x00\x00\x00\x00[\s\S]*:status\x03(?<says>\d{3})[\s\S]*meshproxy-error[\s\S]*\x07\x00\x00\x00\x00\x00 |
        \x00\x00.\x07\x00\x00\x00\x00\x00[\s\S]{8}(?<says>[a-z-]+)$
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OwnAnswer();
}
