using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>Small requests over 64 kept-alive connections. The HTTP modes of the peers stand beside, for what parsing costs them.</summary>
internal sealed class TcpRelay(ImmutableArray<Contender> contenders, int seconds) : CpuCase("tcp-relay", Target.Small, contenders)
{
    public override ImmutableArray<Metric> Metrics { get; } =
        [new("tcp-relay", "CPU µs per request", "Small requests, 64 kept-alive connections")];

    public override ImmutableArray<Bar> Bars => [new("tcp-relay", 1.0, "haproxy-tcp")];

    protected override double UnitsPerSecond => 1e6;

    protected override double Work() => Wrk.Run(Target, seconds);
}
