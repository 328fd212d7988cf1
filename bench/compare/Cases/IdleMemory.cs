using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>Resident memory of a fresh process, and what each of 3,000 idle connections adds to it.</summary>
internal sealed class IdleMemory(ImmutableArray<Contender> contenders) : Case("idle-memory", Target.Small, contenders)
{
    public override ImmutableArray<Metric> Metrics { get; } =
    [
        new("idle-memory", "KiB per connection", $"Memory per idle connection, {IdleGrowth.Count:N0} open"),
        new("idle-rss", "MiB", "Memory of the idle process"),
    ];

    public override ImmutableArray<Bar> Bars => [new("idle-memory", 2), new("idle-rss", 40)];

    public override bool WarmsUp => false;

    public override ImmutableArray<double> Measure(Contender contender, Pod pod)
    {
        using var proxy = pod.StartReady(contender);
        var growth = IdleGrowth.Measure(proxy, Target);
        return [growth.KiBPerConnection, growth.IdleMiB];
    }
}
