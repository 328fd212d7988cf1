using System.Buffers.Binary;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Linux;

/// <summary>
/// struct sockaddr_in (ip(7)) and sockaddr_in6 (ipv6(7)) as bytes: family in host order, port and address in network order.
/// </summary>
internal static class SocketAddress
{
    public const int MaxSize = 28;
    public const ushort InterNetwork = 2;
    public const ushort InterNetworkV6 = 10;

    private const int V4Size = 16;

    public static ushort FamilyOf(SocketEndpoint endpoint) => endpoint.IsV4 ? InterNetwork : InterNetworkV6;

    public static int Write(Span<byte> buffer, SocketEndpoint endpoint)
    {
        buffer.Clear();
        BitConverter.TryWriteBytes(buffer, FamilyOf(endpoint));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], endpoint.Port);
        if (endpoint.IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], endpoint.V4Address);
            return V4Size;
        }
        BinaryPrimitives.WriteUInt128BigEndian(buffer[8..], endpoint.Address);
        BitConverter.TryWriteBytes(buffer[24..], endpoint.ScopeId);
        return MaxSize;
    }

    public static SocketEndpoint Read(ReadOnlySpan<byte> buffer)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(buffer[2..]);
        if (BitConverter.ToUInt16(buffer) == InterNetwork)
            return SocketEndpoint.V4(BinaryPrimitives.ReadUInt32BigEndian(buffer[4..]), port);
        return new SocketEndpoint(BinaryPrimitives.ReadUInt128BigEndian(buffer[8..]), port, BitConverter.ToUInt32(buffer[24..]));
    }
}
