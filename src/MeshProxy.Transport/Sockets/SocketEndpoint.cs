using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MeshProxy.Transport.Sockets;

/// <summary>
/// An IP address and a TCP port as a value. IPv4 is held in its v4-mapped form, so that an address has one spelling however the kernel
/// handed it over: <c>::ffff:10.0.0.1</c> and <c>10.0.0.1</c> are the same endpoint.
/// </summary>
public readonly record struct SocketEndpoint(UInt128 Address, ushort Port, uint ScopeId = 0)
{
    private static readonly UInt128 V4Prefix = new(0, 0xffff_0000_0000);
    private static readonly UInt128 V6Loopback = UInt128.One;

    public bool IsV4 => Address >> 32 == V4Prefix >> 32;

    /// <summary>The IPv4 address in host order; meaningful only where <see cref="IsV4"/>.</summary>
    public uint V4Address => (uint)Address;

    /// <summary>127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => IsV4 ? V4Address >> 24 == 127 : Address == V6Loopback;

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsAny => Address == UInt128.Zero || Address == V4Prefix;

    public static SocketEndpoint V4(uint address, ushort port) => new(V4Prefix | address, port);

    public static SocketEndpoint From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            address.TryWriteBytes(bytes, out _);
            return V4(BinaryPrimitives.ReadUInt32BigEndian(bytes), (ushort)port);
        }
        address.TryWriteBytes(bytes, out _);
        return new SocketEndpoint(BinaryPrimitives.ReadUInt128BigEndian(bytes), (ushort)port, (uint)address.ScopeId);
    }

    public static SocketEndpoint From(IPEndPoint endpoint) => From(endpoint.Address, endpoint.Port);

    public static bool TryParse(string text, out SocketEndpoint endpoint)
    {
        endpoint = default;
        if (!IPEndPoint.TryParse(text, out var parsed) || parsed.Port == 0)
            return false;
        endpoint = From(parsed);
        return true;
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, V4Address);
            return new IPAddress(bytes[..4]);
        }
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPAddress(bytes, ScopeId);
    }

    public IPEndPoint ToIPEndPoint() => new(ToIPAddress(), Port);

    public override string ToString() => IsV4
        ? string.Create(CultureInfo.InvariantCulture, $"{ToIPAddress()}:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"[{ToIPAddress()}]:{Port}");
}
