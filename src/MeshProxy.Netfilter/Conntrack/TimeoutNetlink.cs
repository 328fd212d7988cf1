using System.Buffers.Binary;
using MeshProxy.Netfilter.Netlink;

namespace MeshProxy.Netfilter.Conntrack;

/// <summary>
/// The namespace's conntrack timeouts of TCP over netlink (nfnetlink_cttimeout.h, default-get and default-set). They are the same values
/// that /proc/sys/net/netfilter shows, but need neither root nor a writable /proc/sys: NET_ADMIN is enough. What is not named is left
/// alone.
/// </summary>
internal static class TimeoutNetlink
{
    private const ushort DefaultSet = 8 << 8 | 3;
    private const ushort DefaultGet = 8 << 8 | 4;
    private const byte IPv4 = 2;
    private const byte Tcp = 6;
    private const int L3Protocol = 2;
    private const int L4Protocol = 3;
    private const int Data = 4;

    /// <exception cref="NetlinkException">The kernel refused: EINVAL where it lacks nf_conntrack's timeout extension.</exception>
    public static Dictionary<TcpTimeout, uint> Read(NetlinkSocket socket)
    {
        var seconds = new Dictionary<TcpTimeout, uint>();
        socket.Query(Request(DefaultGet, NetlinkFlags.Request), body =>
        {
            var data = new NetlinkAttributes(NetlinkAttributes.Find(body[NetlinkMessages.NetfilterHeaderLength..], Data));
            while (data.Next())
                seconds[(TcpTimeout)data.Type] = BinaryPrimitives.ReadUInt32BigEndian(data.Value);
        });
        return seconds;
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void Write(NetlinkSocket socket, IReadOnlyDictionary<TcpTimeout, uint> seconds)
    {
        var messages = Request(DefaultSet, NetlinkFlags.Request | NetlinkFlags.Acknowledge);
        var data = messages.BeginNested(Data);
        foreach (var (timeout, value) in seconds)
            messages.UInt32((int)timeout, value);
        messages.EndNested(data);
        if (socket.Transact(messages, last: 1) is { } error)
            throw new NetlinkException(error.Errno);
    }

    private static NetlinkMessages Request(ushort type, NetlinkFlags flags)
    {
        var messages = new NetlinkMessages();
        messages.Begin(type, flags, sequence: 1, IPv4);
        messages.UInt16(L3Protocol, IPv4);
        messages.UInt8(L4Protocol, Tcp);
        return messages;
    }
}
