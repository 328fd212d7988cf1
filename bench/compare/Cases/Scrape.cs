using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>
/// How long a scrape takes while requests pass, from question to last byte, of a sidecar with more than 1,000 series, which is nearly all
/// that requests can make; and the latency of those requests, at a fixed rate over the same connections, without scrapes and with ten a
/// second, which is a hundred times what Prometheus does.
/// </summary>
internal sealed class Scrape(ImmutableArray<Contender> contenders, int seconds) : Case("scrape", Target.Http1, contenders)
{
    private const int RequestsPerSecond = 2000;
    private const int ConnectionCount = 16;
    private const int ScrapesPerSecond = 10;
    private const int Series = 1000;
    private const int InboundPort = 4143;
    private const int MicrosecondsPerMillisecond = 1000;

    public override ImmutableArray<Metric> Metrics { get; } =
    [
        new("scrape-p50", "ms", $"Scrape of over {Series:N0} series under load, median"),
        new("scrape-p99", "ms", $"Scrape of over {Series:N0} series under load, 99th percentile"),
        new("scrape-latency-without", "µs", $"Latency at {RequestsPerSecond:N0} requests/s, 99th percentile, not scraped"),
        new("scrape-latency-with", "µs", $"The same, scraped {ScrapesPerSecond} times a second"),
    ];

    public override ImmutableArray<Bar> Bars => [new("scrape-p99", 20)];

    public override ImmutableArray<double> Measure(Contender contender, Pod pod)
    {
        pod.Running(contender);
        if (SidecarMetrics.Series() < Series)
            MakeSeries();
        pod.Note($"scraped: {SidecarMetrics.Series():N0} series");
        var without = Load();
        using var scrapes = new PacedScrapes(ScrapesPerSecond);
        var with = Load();
        var took = scrapes.Stop();
        return
        [
            Quantile.Of(took, 0.50) / MicrosecondsPerMillisecond,
            Quantile.Of(took, 0.99) / MicrosecondsPerMillisecond,
            Quantile.Of(without, 0.99),
            Quantile.Of(with, 0.99),
        ];
    }

    private void MakeSeries()
    {
        StatusRequests.Run(Target);
        using (RedirectTable.Install("scrape_inbound", Target.Small, InboundPort))
            StatusRequests.Run(Target.Small);
        if (SidecarMetrics.Series() is var series and < Series)
            throw new MeasurementException($"a scrape has {series:N0} series, not {Series:N0}");
    }

    private long[] Load() => new PacedRequests(Target, ConnectionCount, RequestsPerSecond, seconds).Run();
}
