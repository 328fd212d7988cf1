using System.Collections.Immutable;

namespace MeshProxy.Netfilter.Rules;

internal enum SetKey
{
    Port,
    IPv4,
    IPv6,
}

/// <summary>Inclusive at both ends; an address as its number.</summary>
internal readonly record struct Interval(UInt128 First, UInt128 Last);

/// <summary>
/// A named set of intervals: one look-up however many there are. They are sorted and neither overlap nor adjoin, as the kernel demands.
/// </summary>
internal sealed record IntervalSet(string Name, SetKey Key, ImmutableArray<Interval> Intervals)
{
    public static ImmutableArray<Interval> Merge(IEnumerable<Interval> intervals)
    {
        var merged = ImmutableArray.CreateBuilder<Interval>();
        foreach (var interval in intervals.OrderBy(i => i.First))
        {
            if (merged.Count > 0 && (merged[^1].Last == UInt128.MaxValue || interval.First <= merged[^1].Last + 1))
                merged[^1] = merged[^1] with { Last = UInt128.Max(merged[^1].Last, interval.Last) };
            else
                merged.Add(interval);
        }
        return merged.ToImmutable();
    }
}
