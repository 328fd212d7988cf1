namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// The status line (RFC 9112 §4): version, one space, three digits, then nothing or a space and any reason. The space after the digits may
/// be missing where the reason is: servers do that, and nothing can be mistaken by it.
/// </summary>
internal static class StatusLine
{
    public static bool TryRead(ReadOnlySpan<byte> line, out int status, out bool isHttp10)
    {
        const int VersionLength = 9;
        const int Length = 12;
        status = 0;
        isHttp10 = line.StartsWith("HTTP/1.0 "u8);
        if (line.Length < Length || !isHttp10 && !line.StartsWith("HTTP/1.1 "u8))
            return false;
        foreach (var digit in line[VersionLength..Length])
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            status = status * 10 + digit - '0';
        }
        return status >= 100 && (line.Length == Length || line[Length] == ' ');
    }
}
