using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace MeshProxy.Netfilter.Linux;

/// <summary>sockaddr_in and sockaddr_in6 as bytes (ip(7), ipv6(7)).</summary>
internal static class SocketAddress
{
    public const int Longest = 28;
    private const ushort AfInet = 2;
    private const ushort AfInet6 = 10;

    public static ReadOnlySpan<byte> Write(Span<byte> buffer, IPEndPoint endpoint)
    {
        buffer.Clear();
        var v4 = endpoint.AddressFamily == AddressFamily.InterNetwork;
        BitConverter.TryWriteBytes(buffer, v4 ? AfInet : AfInet6);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)endpoint.Port);
        endpoint.Address.TryWriteBytes(buffer[(v4 ? 4 : 8)..], out _);
        return buffer[..(v4 ? 16 : 28)];
    }

    public static IPEndPoint Read(ReadOnlySpan<byte> bytes)
    {
        var v4 = BitConverter.ToUInt16(bytes) == AfInet;
        return new IPEndPoint(new IPAddress(v4 ? bytes[4..8] : bytes[8..24]), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
    }
}
