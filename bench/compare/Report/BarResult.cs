using MeshProxy.Compare.Cases;

namespace MeshProxy.Compare.Report;

/// <summary>A bar and what was measured against it.</summary>
/// <param name="Measured">In the bar's own terms: the ratio of the medians, or the median itself; null where a number is missing.</param>
/// <param name="Paired">
/// The median of the ratios within the rounds. It says the same with the machine's slow spells taken out; where it is far from
/// <paramref name="Measured"/>, the run was too noisy to be believed.
/// </param>
internal sealed record BarResult(Bar Bar, Metric Metric, double? Measured, double? Paired)
{
    public const string Subject = "meshproxy";

    public bool Met => Measured <= Bar.Limit;

    public static BarResult Of(Bar bar, MetricResult result)
    {
        var own = result.Of(Subject);
        if (bar.Peer is null)
            return new BarResult(bar, result.Metric, own?.Median, null);
        var peer = result.Of(bar.Peer);
        if (own is null || peer is null)
            return new BarResult(bar, result.Metric, null, null);
        var paired = Median.Of(own.Rounds.Zip(peer.Rounds, (ours, theirs) => ours / theirs));
        return new BarResult(bar, result.Metric, own.Median / peer.Median, paired);
    }

    /// <summary>The bar in words, as in "at most 1.00 × haproxy-tcp".</summary>
    public string Text => Bar.Peer is null
        ? $"at most {Number.Format(Bar.Limit)} {Metric.Unit}"
        : $"at most {Number.FormatRatio(Bar.Limit)} × {Bar.Peer}";

    public string MeasuredText => Measured is not { } value
        ? "not measured"
        : Bar.Peer is null ? Number.Format(value) : $"{Number.FormatRatio(value)} ×";
}
