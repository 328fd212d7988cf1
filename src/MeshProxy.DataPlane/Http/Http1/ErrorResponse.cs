namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// The proxy's own answer where the upstream gave none: a status without content, the cause in <c>meshproxy-error</c>, and the end of the
/// connection. Written into the caller's buffer.
/// </summary>
internal static class ErrorResponse
{
    /// <summary>Room for every answer with a cause of <see cref="MaxCauseLength"/>.</summary>
    public const int MaxLength = 512;

    public const int MaxCauseLength = 320;

    /// <param name="cause">Phase, target and cause, such as <c>connect, 10.0.0.7:80, refused</c>; cut, and made printable.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(Span<byte> destination, int status, ReadOnlySpan<char> cause)
    {
        var rest = destination;
        Append(ref rest, "HTTP/1.1 "u8);
        Append(ref rest, StatusAndReason(status));
        Append(ref rest, "\r\nmeshproxy-error: "u8);
        AppendPrintable(ref rest, cause.Length > MaxCauseLength ? cause[..MaxCauseLength] : cause);
        Append(ref rest, "\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"u8);
        return destination.Length - rest.Length;
    }

    private static ReadOnlySpan<byte> StatusAndReason(int status) => status switch
    {
        400 => "400 Bad Request"u8,
        403 => "403 Forbidden"u8,
        408 => "408 Request Timeout"u8,
        414 => "414 URI Too Long"u8,
        431 => "431 Request Header Fields Too Large"u8,
        501 => "501 Not Implemented"u8,
        502 => "502 Bad Gateway"u8,
        503 => "503 Service Unavailable"u8,
        504 => "504 Gateway Timeout"u8,
        505 => "505 HTTP Version Not Supported"u8,
        _ => "500 Internal Server Error"u8,
    };

    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> text)
    {
        text.CopyTo(rest);
        rest = rest[text.Length..];
    }

    private static void AppendPrintable(ref Span<byte> rest, ReadOnlySpan<char> text)
    {
        Printable.Write(rest, text);
        rest = rest[text.Length..];
    }
}
