using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>New connections that carry one request each: accept, connect, relay, close, on both sides.</summary>
internal sealed class Connections(ImmutableArray<Contender> contenders, int seconds) : CpuCase("connections", Target.Small, contenders)
{
    public override ImmutableArray<Metric> Metrics { get; } =
        [new("connections", "CPU µs per connection", "New connections, one request each")];

    public override ImmutableArray<Bar> Bars => [new("connections", 1.1, "haproxy-tcp")];

    protected override double UnitsPerSecond => 1e6;

    protected override double Work() => Wrk.Run(Target, seconds, "Connection: close");
}
