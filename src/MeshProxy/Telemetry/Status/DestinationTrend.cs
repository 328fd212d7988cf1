using MeshProxy.DataPlane.Telemetry.Destinations;

namespace MeshProxy.Telemetry.Status;

/// <summary>What changes about one destination from snapshot to snapshot.</summary>
internal sealed class DestinationTrend(DestinationSums sums)
{
    private readonly uint[] _latency = new uint[sums.LatencyCounts.Length];
    private readonly RecentTimes _times = new(sums.LatencyCounts.Length);
    private long _opened;
    private long _requests;
    private bool _isKnown;

    public DestinationSums Sums => sums;

    /// <summary>The address as people write it, made once.</summary>
    public string Address { get; } = sums.Key.Endpoint.ToString();

    public double ConnectionRate { get; private set; }

    public double RequestRate { get; private set; }

    /// <summary>Request time for HTTP, time to connect for the rest, in seconds.</summary>
    public double? P50 { get; private set; }

    public double? P99 { get; private set; }

    private bool IsHttp => sums.ProtocolLabel is "http1" or "http2";

    /// <param name="seconds">Since the last reading.</param>
    /// <param name="direction">Takes what HTTP requests took, and so does <paramref name="both"/>.</param>
    public void Advance(double seconds, RecentTimes direction, RecentTimes both)
    {
        // A destination that gave way and came back has begun anew.
        if (sums.Opened < _opened)
            Restart();
        if (_isKnown)
            (ConnectionRate, RequestRate) = ((sums.Opened - _opened) / seconds, (sums.Requests - _requests) / seconds);
        (_opened, _requests) = (sums.Opened, sums.Requests);
        _isKnown = true;
        if (TakeTimes(direction, both))
        {
            P50 = _times.Percentile(0.5, DestinationSums.UpperBound);
            P99 = _times.Percentile(0.99, DestinationSums.UpperBound);
        }
    }

    private bool TakeTimes(RecentTimes direction, RecentTimes both)
    {
        var counts = sums.LatencyCounts;
        if (counts.SequenceEqual(_latency))
            return false;
        _times.Fade();
        for (var i = 0; i < counts.Length; i++)
        {
            // Counts wrap, and so does their difference.
            if (unchecked(counts[i] - _latency[i]) is var news and > 0)
            {
                _times.Add(i, news);
                if (!IsHttp)
                    continue;
                direction.Add(i, news);
                both.Add(i, news);
            }
        }
        counts.CopyTo(_latency);
        return true;
    }

    private void Restart()
    {
        (_opened, _requests) = (0, 0);
        Array.Clear(_latency);
        _times.Clear();
    }
}
