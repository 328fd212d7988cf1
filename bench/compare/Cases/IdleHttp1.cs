using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>What each of 3,000 idle connections adds to a process that has observed an HTTP/1 request on each.</summary>
internal sealed class IdleHttp1(ImmutableArray<Contender> contenders) : Case("http1-idle-memory", Target.Http1, contenders)
{
    public override ImmutableArray<Metric> Metrics { get; } =
        [new("http1-idle-memory", "KiB per connection", $"Memory per idle HTTP/1 connection, {IdleGrowth.Count:N0} open")];

    public override ImmutableArray<Bar> Bars => [new("http1-idle-memory", 2.5)];

    public override bool WarmsUp => false;

    public override ImmutableArray<double> Measure(Contender contender, Pod pod)
    {
        using var proxy = pod.StartReady(contender);
        return [IdleGrowth.Measure(proxy, Target).KiBPerConnection];
    }
}
