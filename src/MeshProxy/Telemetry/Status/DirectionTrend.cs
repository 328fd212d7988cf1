using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Destinations;

namespace MeshProxy.Telemetry.Status;

/// <summary>What changes about one direction, or both together, from snapshot to snapshot.</summary>
internal sealed class DirectionTrend
{
    private readonly long[] _connects = new long[ServerStatus.ConnectBounds.Length + 1];
    private readonly RecentTimes _connectTimes = new(ServerStatus.ConnectBounds.Length + 1);
    private DirectionTotals _last;
    private bool _isKnown;

    public DirectionTotals Totals { get; private set; }

    /// <summary>What HTTP requests took; whoever reads the destinations adds to it.</summary>
    public RecentTimes Requests { get; } = new(LatencyBucketCount);

    public double ConnectionRate => Rate(totals => totals.Opened);

    public double RequestRate => Rate(totals => totals.Requests);

    public double SentRate => Rate(totals => totals.Sent);

    public double ReceivedRate => Rate(totals => totals.Received);

    public double ErrorRate => Rate(totals => totals.Abnormal + totals.FailedRequests);

    private static int LatencyBucketCount { get; } = new DestinationSums(default).LatencyCounts.Length;

    private double Seconds { get; set; }

    public double? Connect(double share) => _connectTimes.Percentile(share, bucket => ServerStatus.ConnectBounds[bucket]);

    public double? Request(double share) => Requests.Percentile(share, DestinationSums.UpperBound);

    /// <param name="seconds">Since the last reading.</param>
    /// <param name="connects">So far, by bucket.</param>
    public void Advance(double seconds, DirectionTotals totals, ReadOnlySpan<long> connects)
    {
        _last = _isKnown ? Totals : totals;
        (Totals, Seconds, _isKnown) = (totals, seconds, true);
        if (connects.SequenceEqual(_connects))
            return;
        _connectTimes.Fade();
        for (var i = 0; i < connects.Length; i++)
            _connectTimes.Add(i, connects[i] - _connects[i]);
        connects.CopyTo(_connects);
    }

    private double Rate(Func<DirectionTotals, long> of) => (of(Totals) - of(_last)) / Seconds;
}
