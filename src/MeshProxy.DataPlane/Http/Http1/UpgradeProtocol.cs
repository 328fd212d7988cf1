using System.Text;

namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>What a request asks to switch to (RFC 9110 §7.8).</summary>
internal enum UpgradeProtocol : byte
{
    None,
    WebSocket,
    H2c,
    Other,
}

internal static class UpgradeProtocols
{
    /// <summary>By the first protocol of the list, which is the preferred one.</summary>
    public static UpgradeProtocol Parse(ReadOnlySpan<byte> value)
    {
        var comma = value.IndexOf((byte)',');
        var first = (comma < 0 ? value : value[..comma]).Trim(" \t"u8);
        if (first.IsEmpty)
            return UpgradeProtocol.None;
        if (Ascii.EqualsIgnoreCase(first, "websocket"u8))
            return UpgradeProtocol.WebSocket;
        return Ascii.EqualsIgnoreCase(first, "h2c"u8) ? UpgradeProtocol.H2c : UpgradeProtocol.Other;
    }
}
