using System.Collections.Immutable;
using System.Net;
using MeshProxy.DataPlane.Egress;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;

namespace MeshProxy.Tests.Egress;

public sealed class EgressTableTests
{
    [Theory]
    [InlineData("8.8.8.8:443", "all4")]
    [InlineData("10.1.2.3:443", "ten")]
    [InlineData("10.255.255.255:443", "ten")]
    [InlineData("11.0.0.0:443", "all4")]
    [InlineData("9.255.255.255:443", "all4")]
    [InlineData("10.2.0.1:443", "host")]
    [InlineData("10.2.0.0:443", "ten")]
    [InlineData("10.2.0.2:443", "ten")]
    [InlineData("10.3.1.1:443", "all4")]
    [InlineData("255.255.255.255:1", "all4")]
    [InlineData("0.0.0.0:1", "all4")]
    [InlineData("[2001:db8::1]:443", "six")]
    [InlineData("[2001:db9::1]:443", null)]
    [InlineData("[::ffff:10.1.2.3]:443", "ten")]
    [InlineData("[::]:1", null)]
    [InlineData("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:1", null)]
    public void Smallest_cidr_wins_and_exceptions_fall_to_the_next_wider(string destination, string? name)
    {
        var table = new EgressTable(
            [
                Network("all4", ["0.0.0.0/0"]),
                Network("ten", ["10.0.0.0/8 -10.3.0.0/16"]),
                Network("host", ["10.2.0.1/32"]),
                Network("six", ["2001:db8::/32"]),
            ],
            TrafficPolicy.Allow);
        Assert.Equal(name, Find(table, destination).Network?.Name);
    }

    [Fact]
    public void A_network_that_is_not_about_the_port_leaves_the_decision_to_a_wider_one()
    {
        var table = new EgressTable(
            [
                Network("wide", ["10.0.0.0/8"], TrafficPolicy.Deny),
                Network("web", ["10.1.0.0/16"], ports: "443,8000-9000"),
                Network("db", ["10.1.1.0/24"], ports: "5432"),
            ],
            TrafficPolicy.Allow);
        Assert.Equal("db", Find(table, "10.1.1.1:5432").Network?.Name);
        Assert.Equal("web", Find(table, "10.1.1.1:8500").Network?.Name);
        Assert.Equal("wide", Find(table, "10.1.1.1:80").Network?.Name);
        Assert.Equal(TrafficPolicy.Deny, Find(table, "10.1.1.1:80").Policy);
        Assert.Equal(TrafficPolicy.Allow, Find(table, "11.0.0.0:80").Policy);
    }

    [Fact]
    public void Of_equal_cidrs_the_one_with_ports_decides_and_then_the_first()
    {
        var table = new EgressTable(
            [Network("first", ["10.0.0.0/8"]), Network("second", ["10.0.0.0/8"]), Network("https", ["10.0.0.0/8"], ports: "443")],
            TrafficPolicy.Deny);
        Assert.Equal("first", Find(table, "10.0.0.1:80").Network?.Name);
        Assert.Equal("https", Find(table, "10.0.0.1:443").Network?.Name);
    }

    [Fact]
    public void Opaque_ports_are_those_of_the_network_that_decides()
    {
        var table = new EgressTable(
            [Network("wide", ["0.0.0.0/0"], opaque: "6000"), Network("rds", ["52.0.0.0/8"], opaque: "3306,7000-7010")],
            TrafficPolicy.Allow);
        Assert.True(Find(table, "52.1.1.1:3306").IsOpaque);
        Assert.True(Find(table, "52.1.1.1:7005").IsOpaque);
        Assert.False(Find(table, "52.1.1.1:6000").IsOpaque);
        Assert.True(Find(table, "53.1.1.1:6000").IsOpaque);
    }

    [Theory]
    [InlineData(TrafficPolicy.Allow)]
    [InlineData(TrafficPolicy.Deny)]
    public void What_no_network_covers_gets_the_default(TrafficPolicy policy)
    {
        var decision = Find(new EgressTable([], policy), "10.0.0.1:80");
        Assert.Equal(new EgressDecision(policy, false, null), decision);
    }

    [Fact]
    public void An_exception_as_wide_as_its_block_leaves_nothing_of_it()
    {
        var table = new EgressTable(
            [Network("a", ["10.1.0.0/16 -10.0.0.0/8"]), Network("b", ["10.2.0.0/16 -10.2.0.0/16"]), Network("c", ["11.0.0.0/8 -fd00::/8"])],
            TrafficPolicy.Allow);
        Assert.Null(Find(table, "10.1.0.1:80").Network);
        Assert.Null(Find(table, "10.2.0.1:80").Network);
        Assert.Equal("c", Find(table, "11.0.0.1:80").Network?.Name);
    }

    [Fact]
    public void Agrees_with_a_plain_search_on_random_tables()
    {
        var random = new Random(99);
        for (var round = 0; round < 60; round++)
        {
            var networks = Enumerable.Range(0, random.Next(1, 60)).Select(i => RandomNetwork(i, random)).ToImmutableArray();
            var table = new EgressTable(networks, TrafficPolicy.Allow);
            for (var tries = 0; tries < 200; tries++)
            {
                var block = networks[random.Next(networks.Length)].Blocks[0];
                var destination = Near(block, random);
                Assert.Equal(PlainSearch(networks, destination)?.Name, table.Find(destination).Network?.Name);
            }
        }
    }

    /// <summary>The policy as it is written down, one network after the other.</summary>
    private static EgressNetwork? PlainSearch(ImmutableArray<EgressNetwork> networks, SocketEndpoint destination) => networks
        .Where(n => n.Ports.IsEmpty || n.Ports.Any(p => p.Contains(destination.Port)))
        .SelectMany((n, i) => n.Blocks.Select(b => (Network: n, Index: i, Block: b)))
        .Where(c => Contains(c.Block.Cidr, destination) && !c.Block.Except.Any(e => Contains(e, destination)))
        .OrderByDescending(c => c.Block.Cidr.PrefixLength)
        .ThenBy(c => c.Network.Ports.IsEmpty)
        .ThenBy(c => c.Index)
        .FirstOrDefault().Network;

    private static bool Contains(IPNetwork network, SocketEndpoint destination) =>
        network.BaseAddress.AddressFamily == destination.ToIPAddress().AddressFamily && network.Contains(destination.ToIPAddress());

    private static EgressNetwork RandomNetwork(int index, Random random)
    {
        var cidr = RandomCidr(random);
        var exceptions = Enumerable.Range(0, random.Next(3)).Select(_ => RandomCidr(random));
        return Network($"n{index}", [cidr + string.Concat(exceptions.Select(e => " -" + e))], ports: random.Next(3) == 0 ? "1-2" : "");
    }

    /// <summary>Few different bits, so that networks nest, meet and repeat.</summary>
    private static string RandomCidr(Random random)
    {
        var length = random.Next(0, 9);
        var bits = random.Next(256) & (0xff << (8 - length)) & 0xff;
        return random.Next(2) == 0 ? $"10.0.{bits}.0/{16 + length}" : $"fd00:0:{bits << 8:x}::/{32 + length}";
    }

    private static SocketEndpoint Near(EgressBlock block, Random random)
    {
        var start = SocketEndpoint.From(block.Cidr.BaseAddress, random.Next(1, 4));
        var shift = start.IsV4 ? 0 : 80;
        return start with { Address = start.Address + ((UInt128)(uint)random.Next(0, 2048) << shift) - (UInt128)(uint)random.Next(0, 2) };
    }

    private static EgressDecision Find(EgressTable table, string destination)
    {
        Assert.True(SocketEndpoint.TryParse(destination, out var endpoint));
        return table.Find(endpoint);
    }

    private static EgressNetwork Network(
        string name, string[] blocks, TrafficPolicy policy = TrafficPolicy.Allow, string ports = "", string opaque = "") =>
        new(name, [.. blocks.Select(Block)], policy, PortList.Parse(ports, out _), PortList.Parse(opaque, out _));

    private static EgressBlock Block(string text)
    {
        var parts = text.Split(" -");
        return new EgressBlock(IPNetwork.Parse(parts[0]), [.. parts[1..].Select(p => IPNetwork.Parse(p))]);
    }
}
