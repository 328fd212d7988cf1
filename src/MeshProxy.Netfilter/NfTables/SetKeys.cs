using System.Collections.Immutable;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.NfTables;

/// <summary>A bound of an interval: its first key, or (<paramref name="IsEnd"/>) the first key after it.</summary>
internal readonly record struct SetElement(UInt128 Key, bool IsEnd);

/// <summary>Interval sets as the kernel holds them: half-open, a start and an end for each interval.</summary>
internal static class SetKeys
{
    /// <summary>nft(8)'s numbers of the types inet_service, ipv4_addr and ipv6_addr; the kernel only keeps them.</summary>
    public static uint TypeOf(SetKey key) => key switch
    {
        SetKey.Port => 13,
        SetKey.IPv4 => 7,
        _ => 8,
    };

    public static uint LengthOf(SetKey key) => key switch
    {
        SetKey.Port => 2,
        SetKey.IPv4 => 4,
        _ => 16,
    };

    /// <summary>An interval that reaches the largest key has no end.</summary>
    public static IEnumerable<SetElement> ElementsOf(IntervalSet set)
    {
        foreach (var interval in set.Intervals)
        {
            yield return new SetElement(interval.First, IsEnd: false);
            if (interval.Last != Largest(set.Key))
                yield return new SetElement(interval.Last + 1, IsEnd: true);
        }
    }

    /// <summary>The way back, from elements in any order. nft(8) puts an end before the first start; it means nothing.</summary>
    public static ImmutableArray<Interval> IntervalsOf(IEnumerable<SetElement> elements, SetKey key)
    {
        var intervals = ImmutableArray.CreateBuilder<Interval>();
        UInt128? first = null;
        // Where one interval ends and the next begins at the same key, the end comes first.
        foreach (var element in elements.OrderBy(e => e.Key).ThenBy(e => !e.IsEnd))
        {
            if (first is { } start)
                intervals.Add(new Interval(start, element.Key - 1));
            first = element.IsEnd ? null : element.Key;
        }
        if (first is { } open)
            intervals.Add(new Interval(open, Largest(key)));
        return intervals.ToImmutable();
    }

    private static UInt128 Largest(SetKey key) => key switch
    {
        SetKey.Port => ushort.MaxValue,
        SetKey.IPv4 => uint.MaxValue,
        _ => UInt128.MaxValue,
    };
}
