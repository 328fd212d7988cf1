using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace MeshProxy.Netfilter.Rules;

/// <summary>Networks as intervals of numbers, by family.</summary>
internal static class NetworkIntervals
{
    public static ImmutableArray<Interval> Of(ImmutableArray<IPNetwork> networks, IpFamily family)
    {
        var wanted = family == IpFamily.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return IntervalSet.Merge(networks.Where(n => n.BaseAddress.AddressFamily == wanted).Select(Of));
    }

    public static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static IPAddress Address(UInt128 number, SetKey key)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(key == SetKey.IPv4 ? bytes[12..] : bytes);
    }

    private static Interval Of(IPNetwork network)
    {
        var bits = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var first = Number(network.BaseAddress);
        var hostBits = bits - network.PrefixLength;
        return new Interval(first, first | (hostBits == 128 ? UInt128.MaxValue : (UInt128.One << hostBits) - 1));
    }
}
