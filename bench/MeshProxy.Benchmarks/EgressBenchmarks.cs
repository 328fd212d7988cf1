using System.Collections.Immutable;
using System.Net;
using BenchmarkDotNet.Attributes;
using MeshProxy.DataPlane.Egress;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;

namespace MeshProxy.Benchmarks;

/// <summary>
/// One lookup per connection, of an address that differs each time, so that the table is not in the nearest cache as a gift.
/// </summary>
[MemoryDiagnoser]
public class EgressBenchmarks
{
    private readonly SocketEndpoint[] _destinations = new SocketEndpoint[4096];
    private EgressTable _table = new([], TrafficPolicy.Allow);
    private int _next;

    [Params(0, 100, 10_000)]
    public int Networks { get; set; }

    [Params("v4", "v6")]
    public string Family { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _table = new EgressTable([.. Enumerable.Range(0, Networks).Select(i => Network(i, random))], TrafficPolicy.Allow);
        for (var i = 0; i < _destinations.Length; i++)
            _destinations[i] = SocketEndpoint.From(Address(random), 443);
    }

    [Benchmark]
    public bool Find() => _table.Find(_destinations[_next++ & 4095]).IsOpaque;

    private EgressNetwork Network(int index, Random random)
    {
        var bits = (Family == "v4" ? 0 : 96) + random.Next(12, 33);
        var start = SocketEndpoint.From(Address(random), 0).Address;
        var mask = UInt128.MaxValue << ((Family == "v4" ? 32 : 128) - bits);
        var cidr = new IPNetwork(new SocketEndpoint(start & mask, 0).ToIPAddress(), bits);
        return new EgressNetwork($"n{index}", [new EgressBlock(cidr, [])], TrafficPolicy.Allow, [], ImmutableArray<PortRange>.Empty);
    }

    private IPAddress Address(Random random)
    {
        var bytes = new byte[Family == "v4" ? 4 : 16];
        random.NextBytes(bytes);
        if (bytes.Length == 16)
            bytes[0] = 0x20;
        return new IPAddress(bytes);
    }
}
