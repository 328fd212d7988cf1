using System.Text;

namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>The fields that framing, switching and the access log look at.</summary>
internal enum KnownField : byte
{
    None,
    Host,
    Expect,
    Upgrade,
    Connection,
    UserAgent,
    Authorization,
    ContentLength,
    TransferEncoding,
}

internal static class KnownFields
{
    /// <summary>Told by the length first, so that an unknown name mostly costs one jump.</summary>
    public static KnownField Of(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when Is(name, "host"u8) => KnownField.Host,
        6 when Is(name, "expect"u8) => KnownField.Expect,
        7 when Is(name, "upgrade"u8) => KnownField.Upgrade,
        10 when Is(name, "connection"u8) => KnownField.Connection,
        10 when Is(name, "user-agent"u8) => KnownField.UserAgent,
        13 when Is(name, "authorization"u8) => KnownField.Authorization,
        14 when Is(name, "content-length"u8) => KnownField.ContentLength,
        17 when Is(name, "transfer-encoding"u8) => KnownField.TransferEncoding,
        _ => KnownField.None,
    };

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}
