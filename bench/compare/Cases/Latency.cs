using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>
/// Latency of small requests at a rate that leaves every proxy mostly idle: the same rate for all, a direct connection beside.
/// </summary>
internal sealed class Latency(ImmutableArray<Contender> contenders, int seconds) : Case("latency", Target.Small, contenders)
{
    private const int RequestsPerSecond = 2000;
    private const int ConnectionCount = 16;

    public override ImmutableArray<Metric> Metrics { get; } =
    [
        new("latency-p50", "µs", $"Latency at {RequestsPerSecond:N0} requests/s, median"),
        new("latency-p99", "µs", $"Latency at {RequestsPerSecond:N0} requests/s, 99th percentile"),
    ];

    public override ImmutableArray<double> Measure(Contender contender, Pod pod)
    {
        if (contender is not Direct)
            pod.Running(contender);
        var latencies = new PacedRequests(Target, ConnectionCount, RequestsPerSecond, seconds).Run();
        return [Quantile.Of(latencies, 0.50), Quantile.Of(latencies, 0.99)];
    }
}
