using MeshProxy.Compare.Cases;

namespace MeshProxy.Compare.Report;

/// <summary>A bar and what was measured against it.</summary>
/// <param name="Measured">
/// In the bar's own terms: the ratio or the difference of the medians, or the median itself; null where a number is missing.
/// </param>
/// <param name="Paired">
/// The median of the ratios, or differences, within the rounds. It says the same with the machine's slow spells taken out; where it is far
/// from <paramref name="Measured"/>, the run was too noisy to be believed.
/// </param>
internal sealed record BarResult(Bar Bar, Metric Metric, double? Measured, double? Paired)
{
    public bool Met => Measured <= Bar.Limit;

    public static BarResult Of(Bar bar, MetricResult result)
    {
        var own = result.Of(bar.Proxy);
        if (bar.Peer is null)
            return new BarResult(bar, result.Metric, own?.Median, null);
        var peer = result.Of(bar.Peer);
        if (own is null || peer is null)
            return new BarResult(bar, result.Metric, null, null);
        var paired = Median.Of(own.Rounds.Zip(peer.Rounds, bar.Against));
        return new BarResult(bar, result.Metric, bar.Against(own.Median, peer.Median), paired);
    }

    /// <summary>The bar in words, as in "at most 1.00 × haproxy-tcp".</summary>
    public string Text => Bar switch
    {
        { Peer: null } => $"at most {Number.Format(Bar.Limit)} {Metric.Unit}",
        { Added: true } => $"{Bar.Proxy}: at most {Number.Format(Bar.Limit)} {Metric.Unit} over {Bar.Peer}",
        _ => $"at most {Number.FormatRatio(Bar.Limit)} × {Bar.Peer}",
    };

    public string MeasuredText => Measured is not { } value
        ? "not measured"
        : Bar.Peer is null || Bar.Added ? Number.Format(value) : $"{Number.FormatRatio(value)} ×";
}
