using System.Numerics;

namespace MeshProxy.DataPlane.Egress;

/// <summary>
/// Disjoint ranges that cover all addresses of a family, each with the chain of networks it lies in. Keys and values are apart, so that the
/// search touches nothing but keys.
/// </summary>
internal sealed class AddressRanges<TAddress>
    where TAddress : struct, IBinaryInteger<TAddress>, IMinMaxValue<TAddress>
{
    private readonly TAddress[] _starts;
    private readonly int[] _chains;

    private AddressRanges(TAddress[] starts, int[] chains)
    {
        _starts = starts;
        _chains = chains;
    }

    /// <summary>CIDRs are disjoint or nested, so one sweep with a stack of the open ones is enough.</summary>
    /// <param name="marks">In the order of <see cref="EgressMark.Of"/>.</param>
    public static AddressRanges<TAddress> Build(IEnumerable<EgressMark> marks, CandidateChains candidates)
    {
        var sweep = new Sweep();
        var open = new Stack<(TAddress Last, int Outside)>();
        var chain = CandidateChains.None;
        foreach (var mark in marks)
        {
            var first = TAddress.CreateTruncating(mark.First);
            while (open.TryPeek(out var top) && top.Last < first)
                chain = sweep.Close(open.Pop());
            open.Push((TAddress.CreateTruncating(mark.Last), chain));
            chain = mark.IsException ? candidates.Without(chain, mark.Block) : candidates.Add(mark.Network, mark.Block, chain);
            sweep.Begin(first, chain);
        }
        while (open.TryPop(out var top))
            sweep.Close(top);
        return new AddressRanges<TAddress>([.. sweep.Starts], [.. sweep.Chains]);
    }

    public int Find(TAddress address)
    {
        var low = 0;
        var high = _starts.Length;
        // The last start that is not beyond the address; the first start is the lowest address.
        while (high - low > 1)
        {
            var middle = (int)((uint)(low + high) >> 1);
            if (_starts[middle] <= address)
                low = middle;
            else
                high = middle;
        }
        return _chains[low];
    }

    private sealed class Sweep
    {
        public List<TAddress> Starts { get; } = [TAddress.MinValue];

        public List<int> Chains { get; } = [CandidateChains.None];

        public void Begin(TAddress start, int chain)
        {
            if (Starts[^1] == start)
            {
                Chains[^1] = chain;
                return;
            }
            if (Chains[^1] == chain)
                return;
            Starts.Add(start);
            Chains.Add(chain);
        }

        /// <returns>The chain that holds from after the range.</returns>
        public int Close((TAddress Last, int Outside) range)
        {
            if (range.Last != TAddress.MaxValue)
                Begin(range.Last + TAddress.One, range.Outside);
            return range.Outside;
        }
    }
}
