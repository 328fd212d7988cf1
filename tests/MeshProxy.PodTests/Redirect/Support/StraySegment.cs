using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;
using KernelNamespace = MeshProxy.Netfilter.Linux.NetworkNamespace;

namespace MeshProxy.PodTests.Redirect.Support;

/// <summary>
/// A segment of a live connection with a sequence number far beyond the window, as a confused middlebox sends it. Its numbers are read from
/// the connection itself (TCP_REPAIR, tcp_repair.txt); it is sent by a raw socket.
/// </summary>
internal static class StraySegment
{
    private const int SolTcp = 6;
    private const int TcpRepair = 19;
    private const int TcpRepairQueue = 20;
    private const int TcpQueueSequence = 21;
    private const int ReceiveQueue = 1;
    private const int SendQueue = 2;
    private const int RepairOffWithoutProbe = -1;
    private const uint BeyondAnyWindow = 500_000_000;
    private const byte Ack = 16;

    public static void Send(NetworkNamespace space, Socket connection)
    {
        var (sent, received) = Numbers(connection);
        var (local, remote) = ((IPEndPoint)connection.LocalEndPoint!, (IPEndPoint)connection.RemoteEndPoint!);
        var segment = new byte[21];
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)remote.Port);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sent + BeyondAnyWindow);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), received);
        segment[12] = 5 << 4;
        segment[13] = Ack;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), 512);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16), Checksum(Address(local), Address(remote), segment));
        using var raw = KernelNamespace.Run(space.Path, () => new Socket(Address(local).AddressFamily, SocketType.Raw, ProtocolType.Tcp));
        raw.Bind(new IPEndPoint(Address(local), 0));
        raw.SendTo(segment, new IPEndPoint(Address(remote), 0));
    }

    private static (uint Sent, uint Received) Numbers(Socket connection)
    {
        Set(connection, TcpRepair, 1);
        Set(connection, TcpRepairQueue, SendQueue);
        var sent = Get(connection, TcpQueueSequence);
        Set(connection, TcpRepairQueue, ReceiveQueue);
        var received = Get(connection, TcpQueueSequence);
        Set(connection, TcpRepair, RepairOffWithoutProbe);
        return (sent, received);
    }

    /// <summary>A socket that speaks both families knows IPv4 addresses as mapped ones.</summary>
    private static IPAddress Address(IPEndPoint endpoint) =>
        endpoint.Address.IsIPv4MappedToIPv6 ? endpoint.Address.MapToIPv4() : endpoint.Address;

    /// <summary>Over the pseudo header (RFC 9293, 3.1): addresses, protocol, length.</summary>
    private static ushort Checksum(IPAddress source, IPAddress destination, ReadOnlySpan<byte> segment)
    {
        byte[] all = [.. source.GetAddressBytes(), .. destination.GetAddressBytes(), 0, 6, 0, (byte)segment.Length, .. segment, 0];
        var sum = 0u;
        for (var at = 0; at + 1 < all.Length; at += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(all.AsSpan(at));
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    private static void Set(Socket socket, int option, int value) =>
        socket.SetRawSocketOption(SolTcp, option, BitConverter.GetBytes(value));

    private static uint Get(Socket socket, int option)
    {
        Span<byte> value = stackalloc byte[4];
        socket.GetRawSocketOption(SolTcp, option, value);
        return BitConverter.ToUInt32(value);
    }
}
