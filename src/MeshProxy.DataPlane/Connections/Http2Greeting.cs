namespace MeshProxy.DataPlane.Connections;

/// <summary>Whether a server's first bytes can be the SETTINGS frame that opens HTTP/2 (RFC 9113 §3.4, §6.5).</summary>
internal static class Http2Greeting
{
    private const byte Settings = 4;
    private const int SettingSize = 6;

    /// <summary>An endpoint announces a handful of settings; a frame that claims more is somebody else's protocol.</summary>
    private const int LongestPayload = 32 * SettingSize;

    /// <summary>Length, type 4, no flags, stream 0. A shorter beginning must agree as far as it goes.</summary>
    public static bool Matches(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 2 && ((bytes[1] << 8 | bytes[2]) is var length && (length > LongestPayload || length % SettingSize != 0)))
            return false;
        for (var i = 0; i < Math.Min(bytes.Length, 9); i++)
        {
            var wrong = i switch
            {
                1 or 2 => false,
                3 => bytes[i] != Settings,
                _ => bytes[i] != 0,
            };
            if (wrong)
                return false;
        }
        return true;
    }
}
