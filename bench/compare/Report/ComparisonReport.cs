using System.Collections.Immutable;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Report;

/// <summary>A whole run: where, what, and the numbers.</summary>
internal sealed class ComparisonReport(RunFacts facts, ImmutableArray<CaseResult> cases)
{
    public RunFacts Facts => facts;

    public ImmutableArray<MetricResult> Metrics { get; } = [.. cases.SelectMany(result => result.Metrics)];

    public ImmutableArray<BarResult> Bars { get; } = [.. cases.SelectMany(result =>
        result.Case.Bars.Select(bar => BarResult.Of(bar, result.Metrics.Single(metric => metric.Metric.Name == bar.Metric))))];

    public ImmutableArray<(string Case, string Proxy, string Reason)> Failures { get; } =
        [.. cases.SelectMany(result => result.Failures.Select(failure => (result.Case.Name, failure.Key, failure.Value)))];

    /// <summary>All proxies that appear, in the order in which the cases name them.</summary>
    public ImmutableArray<string> Proxies { get; } =
        [.. cases.SelectMany(result => result.Metrics).SelectMany(metric => metric.Proxies).Select(samples => samples.Proxy).Distinct()];
}
