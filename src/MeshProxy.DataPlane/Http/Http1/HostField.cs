namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>The value of Host, and the target of CONNECT: <c>uri-host [ ":" port ]</c> (RFC 9110 §7.2).</summary>
internal static class HostField
{
    /// <summary>No user information, no path, no list, not empty.</summary>
    public static bool IsValid(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.ContainsAnyExcept(HttpCharacters.Host))
            return false;
        var host = value;
        if (value[0] == '[')
        {
            var end = value.IndexOf((byte)']');
            return end > 2 && IsPort(value[(end + 1)..]) && !value[1..end].ContainsAny((byte)'[', (byte)']');
        }
        var colon = host.IndexOf((byte)':');
        if (colon < 0)
            return !value.ContainsAny((byte)'[', (byte)']');
        return colon > 0 && IsPort(value[colon..]) && !value[..colon].ContainsAny((byte)'[', (byte)']');
    }

    /// <summary>authority-form has a port (RFC 9112 §3.2.3).</summary>
    public static bool IsValidAuthority(ReadOnlySpan<byte> target) =>
        IsValid(target) && char.IsAsciiDigit((char)target[^1]) && target.Contains((byte)':');

    private static bool IsPort(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty || rest[0] == ':' && rest.Length <= 6 && !rest[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
