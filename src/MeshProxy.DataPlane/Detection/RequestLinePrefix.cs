using MeshProxy.DataPlane.Http;

namespace MeshProxy.DataPlane.Detection;

/// <summary>
/// The beginning of an HTTP/1 request line (RFC 9112 §3) as far as it takes to be sure. The method may be any token, known or not; the
/// target must begin as one of the four forms do, which tells text protocols with spaces (<c>SET key value</c>, <c>EHLO host</c>)
/// apart early.
/// </summary>
internal static class RequestLinePrefix
{
    /// <summary>Twice the longest registered method (UPDATEREDIRECTREF, 17).</summary>
    public const int MaxMethodLength = 32;

    private static ReadOnlySpan<byte> Version => "HTTP/1."u8;

    public static DetectionResult Match(ReadOnlySpan<byte> bytes)
    {
        // One empty line before the request line is allowed (RFC 9112 §2.2).
        if (bytes[0] == '\r')
        {
            if (bytes.Length > 1 && bytes[1] != '\n')
                return DetectionResult.NotHttp;
            if (bytes.Length <= 2)
                return DetectionResult.NeedMore;
            bytes = bytes[2..];
        }
        return MatchMethod(bytes);
    }

    /// <summary>
    /// Whether an unfinished line looks like nothing but a request: a known method and a space, or another token and the beginning of a
    /// path, of an http URL or of <c>*</c>.
    /// </summary>
    /// <param name="bytes">Those of which <see cref="Match"/> says <see cref="DetectionResult.NeedMore"/>.</param>
    public static bool LooksLikeRequest(ReadOnlySpan<byte> bytes)
    {
        var line = bytes.TrimStart("\r\n"u8);
        var length = line.IndexOf((byte)' ');
        if (length < 0)
            return false;
        var target = line[(length + 1)..];
        return RequestMethods.Parse(line[..length]) != RequestMethod.Other
            || target is [(byte)'/' or (byte)'*', ..] || target.StartsWith("http"u8);
    }

    private static DetectionResult MatchMethod(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.IndexOfAnyExcept(HttpCharacters.Token);
        if (length < 0)
            return bytes.Length > MaxMethodLength ? DetectionResult.NotHttp : DetectionResult.NeedMore;
        if (length is 0 or > MaxMethodLength || bytes[length] != ' ')
            return DetectionResult.NotHttp;
        return MatchTarget(bytes[..length], bytes[(length + 1)..]);
    }

    private static DetectionResult MatchTarget(ReadOnlySpan<byte> method, ReadOnlySpan<byte> bytes)
    {
        var length = bytes.IndexOfAny(HttpCharacters.TargetEnd);
        var target = length < 0 ? bytes : bytes[..length];
        if (!RequestTarget.HasForm(method, target, complete: length >= 0))
            return DetectionResult.NotHttp;
        if (length < 0)
            return DetectionResult.NeedMore;
        return bytes[length] == ' ' ? MatchVersion(bytes[(length + 1)..]) : DetectionResult.NotHttp;
    }

    private static DetectionResult MatchVersion(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= Version.Length)
            return bytes.StartsWith(Version) ? DetectionResult.Http1 : DetectionResult.NotHttp;
        return Version.StartsWith(bytes) ? DetectionResult.NeedMore : DetectionResult.NotHttp;
    }
}
