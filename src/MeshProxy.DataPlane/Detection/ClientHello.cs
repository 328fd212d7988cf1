using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MeshProxy.DataPlane.Detection;

/// <summary>
/// The two things a ClientHello says about where it wants to go: the server name (RFC 6066) and the protocols on offer (ALPN, RFC 7301).
/// A value on the stack with its own bounded copies. Both hold printable ASCII only, so they are safe in a log line; what does not fit
/// or is not printable is left out.
/// </summary>
internal struct ClientHello
{
    /// <summary>A DNS name is at most 253 characters (RFC 1035 §2.3.4).</summary>
    internal const int MaxServerName = 253;

    /// <summary>Room for what clients offer in practice, such as "h2,http/1.1".</summary>
    internal const int MaxProtocols = 64;

    private NameBytes _serverName;
    private ProtocolBytes _protocols;
    private byte _serverNameLength;
    private byte _protocolsLength;

    /// <summary>Empty where the client named no server.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> ServerName => ((ReadOnlySpan<byte>)_serverName)[.._serverNameLength];

    /// <summary>Separated by commas, in the client's order; empty where it offered none.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Protocols => ((ReadOnlySpan<byte>)_protocols)[.._protocolsLength];

    internal void SetServerName(ReadOnlySpan<byte> name)
    {
        if (!IsPrintable(name) || name.Length > MaxServerName)
            return;
        name.CopyTo(_serverName);
        _serverNameLength = (byte)name.Length;
    }

    internal void AddProtocol(ReadOnlySpan<byte> name)
    {
        var start = _protocolsLength == 0 ? 0 : _protocolsLength + 1;
        if (!IsPrintable(name) || start + name.Length > MaxProtocols)
            return;
        Span<byte> all = _protocols;
        if (start > 0)
            all[start - 1] = (byte)',';
        name.CopyTo(all[start..]);
        _protocolsLength = (byte)(start + name.Length);
    }

    private static bool IsPrintable(ReadOnlySpan<byte> name) => name.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7e) < 0;

    [InlineArray(MaxServerName)]
    private struct NameBytes
    {
        private byte _first;
    }

    [InlineArray(MaxProtocols)]
    private struct ProtocolBytes
    {
        private byte _first;
    }
}
