using MeshProxy.Demo.Traffic;

namespace MeshProxy.Demo.View;

/// <summary>Everything one drawing needs: the sidecar's counters now and a second ago, and what the clients told meanwhile.</summary>
internal sealed record Snapshot(
    TimeSpan Running,
    SidecarReading Before,
    SidecarReading Now,
    IReadOnlyDictionary<string, TallyReport> TalliesBefore,
    IReadOnlyDictionary<string, TallyReport> Tallies)
{
    public double Seconds => Math.Max((Now.At - Before.At).TotalSeconds, 0.001);

    /// <summary>What a counter gains per second.</summary>
    public double Rate(string family, params string[] labels) => (Now.Sum(family, labels) - Before.Sum(family, labels)) / Seconds;

    public TallyReport Tally(Flow flow) => Tallies.GetValueOrDefault(flow.Name);

    public double VisitRate(Flow flow) => Math.Max(0, Tally(flow).Visits - TalliesBefore.GetValueOrDefault(flow.Name).Visits) / Seconds;

    public double ByteRate(Flow flow) => Math.Max(0, Tally(flow).Bytes - TalliesBefore.GetValueOrDefault(flow.Name).Bytes) / Seconds;
}
