using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.Netlink;

/// <param name="IsUsable">
/// False while an IPv6 address is tentative (duplicate detection takes about a second), or was found to be taken.
/// </param>
internal readonly record struct InterfaceAddress(IPAddress Address, int PrefixLength, bool IsUsable);

/// <summary>
/// The addresses a pod is reached at: those of its interfaces but lo, and without link-local ones (rtnetlink(7), RTM_GETADDR).
/// </summary>
internal static class InterfaceAddresses
{
    private const ushort GetAddress = 22;
    private const int HeaderLength = 8;
    private const int AttributeAddress = 1;
    private const int AttributeLocal = 2;
    private const int AttributeFlags = 8;
    private const byte UniverseScope = 0;
    private const byte SiteScope = 200;
    private const uint TentativeOrFailed = 0x40 | 0x08;
    private const int Loopback = 1;

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static ImmutableArray<InterfaceAddress> Of(IpFamily family)
    {
        var request = new NetlinkMessages();
        request.Begin(GetAddress, NetlinkFlags.Request | NetlinkFlags.Dump, 1, [(byte)family, 0, 0, 0, 0, 0, 0, 0]);
        var addresses = ImmutableArray.CreateBuilder<InterfaceAddress>();
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        socket.Query(request, body =>
        {
            // ifaddrmsg: family, prefix length, flags, scope, interface index. Without IPv6 the kernel may answer for all families.
            var reachable = body[0] == (byte)family && body[3] is UniverseScope or SiteScope;
            if (reachable && MemoryMarshal.Read<int>(body[4..]) != Loopback)
                addresses.Add(Address(body));
        });
        return addresses.ToImmutable();
    }

    /// <summary>On a point-to-point interface the address is the peer's and the local one ours; elsewhere they are the same.</summary>
    private static InterfaceAddress Address(ReadOnlySpan<byte> body)
    {
        var attributes = body[HeaderLength..];
        var local = NetlinkAttributes.Find(attributes, AttributeLocal);
        var address = local.IsEmpty ? NetlinkAttributes.Find(attributes, AttributeAddress) : local;
        var flags = NetlinkAttributes.Find(attributes, AttributeFlags) is { Length: 4 } wide ? MemoryMarshal.Read<uint>(wide) : body[2];
        return new InterfaceAddress(new IPAddress(address), body[1], (flags & TentativeOrFailed) == 0);
    }
}
