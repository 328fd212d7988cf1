using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>
/// Resident memory of a fresh process, and what each of 3,000 idle connections adds to it. A few connections come and go in between, so
/// that the code's own pages, which come in once, are not taken for memory per connection.
/// </summary>
internal sealed class IdleMemory(ImmutableArray<Contender> contenders) : Case("idle-memory", Target.Small, contenders)
{
    private const int Count = 3000;
    private const int FirstOnes = 64;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    public override ImmutableArray<Metric> Metrics { get; } =
    [
        new("idle-memory", "KiB per connection", $"Memory per idle connection, {Count:N0} open"),
        new("idle-rss", "MiB", "Memory of the idle process"),
    ];

    public override ImmutableArray<Bar> Bars => [new("idle-memory", 2), new("idle-rss", 40)];

    public override bool WarmsUp => false;

    public override ImmutableArray<double> Measure(Contender contender, Pod pod)
    {
        using var proxy = pod.StartReady(contender);
        var idle = SettledKiB(proxy);
        IdleConnections.Open(Target, FirstOnes).Dispose();
        var before = SettledKiB(proxy);
        using var connections = IdleConnections.Open(Target, Count);
        return [(SettledKiB(proxy) - before) / (double)Count, idle / 1024d];
    }

    /// <summary>All processes of the proxy; pages that nginx's processes share count in each of them.</summary>
    private static long SettledKiB(ServerProcess proxy)
    {
        Thread.Sleep(Settle);
        proxy.RequireRunning();
        return proxy.Pids.Sum(ProcFile.ResidentKiB);
    }
}
