using System.Collections.Immutable;
using System.Net;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;

namespace MeshProxy.DataPlane.Egress;

/// <summary>One CIDR of the table: where a network's block begins to hold, or where an exception from it does.</summary>
/// <param name="First">Its first address, IPv4 in the mapped form.</param>
/// <param name="PrefixLength">Of the 128 bits.</param>
/// <param name="Block">Exceptions take away the block of the same number.</param>
internal readonly record struct EgressMark(UInt128 First, int PrefixLength, int Network, int Block, bool IsException, bool NamesPorts)
{
    private const int MappedBits = 96;

    public bool IsV4 => PrefixLength >= MappedBits && new SocketEndpoint(First, 0).IsV4;

    public UInt128 Last => PrefixLength == 128 ? First : First | UInt128.MaxValue >> PrefixLength;

    /// <summary>Wider before narrower; of equal CIDRs, the one that decides comes last, on top of the others.</summary>
    public static List<EgressMark> Of(ImmutableArray<EgressNetwork> networks)
    {
        var marks = new List<EgressMark>();
        var blocks = 0;
        for (var i = 0; i < networks.Length; i++)
        {
            // An exception as wide as its block, or wider, leaves nothing of it.
            foreach (var block in networks[i].Blocks.Where(b => !b.Except.Any(e => Covers(e, b.Cidr))))
            {
                var namesPorts = !networks[i].Ports.IsEmpty;
                marks.Add(From(block.Cidr, i, blocks, isException: false, namesPorts));
                foreach (var except in block.Except)
                    marks.Add(From(except, i, blocks, isException: true, namesPorts));
                blocks++;
            }
        }
        return [.. marks.OrderBy(m => m.First).ThenBy(m => m.PrefixLength).ThenBy(m => m.NamesPorts).ThenByDescending(m => m.Block)];
    }

    private static bool Covers(IPNetwork outer, IPNetwork inner) =>
        outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress);

    private static EgressMark From(IPNetwork cidr, int network, int block, bool isException, bool namesPorts)
    {
        var isV4 = cidr.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        var first = SocketEndpoint.From(cidr.BaseAddress, 0).Address;
        return new EgressMark(first, cidr.PrefixLength + (isV4 ? MappedBits : 0), network, block, isException, namesPorts);
    }
}
