using System.Buffers;

namespace MeshProxy.DataPlane.Http;

/// <summary>The character classes of RFC 9110 §5.6.2 and RFC 3986, as sets that are searched with vector instructions.</summary>
internal static class HttpCharacters
{
    /// <summary>tchar: what methods, field names and transfer codings are made of.</summary>
    public static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>
    /// Control characters that end or spoil a line: all but HTAB, DEL included. Bytes from 0x80 are not here (obs-text): they are legal in
    /// values, and real clients put UTF-8 into targets.
    /// </summary>
    public static readonly SearchValues<byte> Control = SearchValues.Create(
        "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0a\x0b\x0c\x0d\x0e\x0f"u8
        + "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f"u8);

    /// <summary>What cannot stand in a request-target: space, HTAB and every control character.</summary>
    public static readonly SearchValues<byte> TargetEnd = SearchValues.Create(
        " \t\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0a\x0b\x0c\x0d\x0e\x0f"u8
        + "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f"u8);

    /// <summary>
    /// What a Host is made of (RFC 3986 §3.2.2 and its port), without the comma: legal in a name,
    /// but proxies that join two fields make one of it.
    /// </summary>
    public static readonly SearchValues<byte> Host =
        SearchValues.Create("!$%&'()*+-.0123456789:;=ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~"u8);

    /// <summary>scheme of RFC 3986 §3.1, after its first letter.</summary>
    public static readonly SearchValues<byte> Scheme =
        SearchValues.Create("+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
}
