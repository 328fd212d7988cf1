using System.Net;
using MeshProxy.Netfilter.NfTables;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Tests.Netfilter;

/// <summary>Intervals as the kernel holds them: half-open, and open at the largest key.</summary>
public sealed class SetKeysTests
{
    [Fact]
    public void Random_port_ranges_survive_the_kernels_form_in_any_order()
    {
        var random = new Random(20);
        for (var round = 0; round < 200; round++)
        {
            var ranges = Enumerable.Range(0, random.Next(1, 30)).Select(_ => RandomRange(random)).ToArray();
            var set = new IntervalSet("ports", SetKey.Port, IntervalSet.Merge(ranges));

            var elements = SetKeys.ElementsOf(set).ToArray();
            random.Shuffle(elements);

            Assert.Equal(set.Intervals.AsEnumerable(), SetKeys.IntervalsOf(elements, SetKey.Port));
            for (var probe = 0; probe < 50; probe++)
            {
                var port = (UInt128)(uint)random.Next(65536);
                Assert.Equal(ranges.Any(r => r.First <= port && port <= r.Last), set.Intervals.Any(i => i.First <= port && port <= i.Last));
            }
        }
    }

    [Fact]
    public void The_end_that_nft_puts_before_the_first_start_means_nothing()
    {
        SetElement[] elements = [new(0, IsEnd: true), new(22, IsEnd: false), new(23, IsEnd: true)];
        Assert.Equal(new Interval(22, 22), Assert.Single(SetKeys.IntervalsOf(elements, SetKey.Port)));
    }

    [Theory]
    [InlineData("0.0.0.0/0", IpFamily.V4, "0.0.0.0-255.255.255.255")]
    [InlineData("10.0.0.0/8,11.0.0.0/8,10.1.0.0/16", IpFamily.V4, "10.0.0.0-11.255.255.255")]
    [InlineData("192.168.1.1,10.0.0.0/30", IpFamily.V4, "10.0.0.0-10.0.0.3, 192.168.1.1")]
    [InlineData("::/0,fd00::/8", IpFamily.V6, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("fd00::/8,10.0.0.0/8", IpFamily.V6, "fd00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("255.255.255.255", IpFamily.V4, "255.255.255.255")]
    public void Networks_become_the_fewest_intervals_of_their_family(string networks, object family, string text)
    {
        var key = (IpFamily)family == IpFamily.V4 ? SetKey.IPv4 : SetKey.IPv6;
        var parsed = MeshProxy.Values.NetworkList.Parse(networks, out var errors);
        Assert.Empty(errors);

        var set = new IntervalSet("networks", key, NetworkIntervals.Of(parsed, (IpFamily)family));

        Assert.Equal(text, NftText.Elements(set));
        Assert.Equal(set.Intervals.AsEnumerable(), SetKeys.IntervalsOf(SetKeys.ElementsOf(set), key));
    }

    private static Interval RandomRange(Random random)
    {
        var (a, b) = ((uint)random.Next(65536), (uint)random.Next(65536));
        return random.Next(3) == 0 ? new Interval(a, a) : new Interval(Math.Min(a, b), Math.Min(Math.Max(a, b), Math.Min(a, b) + 500));
    }
}
