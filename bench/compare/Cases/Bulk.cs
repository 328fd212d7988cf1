using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>One stream as fast as it goes. A GB is 10^9 bytes that arrived.</summary>
internal sealed class Bulk(ImmutableArray<Contender> contenders, int seconds) : CpuCase("bulk", Target.Bulk, contenders)
{
    private const double BytesPerGigabyte = 1e9;

    public override ImmutableArray<Metric> Metrics { get; } = [new("bulk", "CPU s per GB", "One bulk stream")];

    public override ImmutableArray<Bar> Bars => [new("bulk", 0.3, "haproxy-tcp")];

    protected override double UnitsPerSecond => 1;

    protected override double Work() => Iperf.Run(Target, seconds) / BytesPerGigabyte;
}
