namespace MeshProxy.Telemetry.Status;

/// <summary>
/// Percentiles of about the last half minute: each second's new observations count in full, and what came before a tenth less, so that a
/// change shows within seconds and a pause keeps the last values.
/// </summary>
internal sealed class RecentTimes(int buckets)
{
    private const float Keep = 0.9f;

    private readonly float[] _weights = new float[buckets];
    private float _total;

    /// <summary>A second has passed in which something was observed; without that, what is known stays.</summary>
    public void Fade()
    {
        for (var i = 0; i < _weights.Length; i++)
            _weights[i] *= Keep;
        _total *= Keep;
    }

    public void Add(int bucket, long observations)
    {
        _weights[bucket] += observations;
        _total += observations;
    }

    public void Clear()
    {
        Array.Clear(_weights);
        _total = 0;
    }

    /// <summary>In seconds, taken evenly within its bucket; null where nothing was observed.</summary>
    /// <param name="upperBound">Of a bucket; the last has none, and counts as its lower bound.</param>
    public double? Percentile(double share, Func<int, double> upperBound)
    {
        if (_total <= 0)
            return null;
        var wanted = _total * share;
        double below = 0;
        for (var i = 0; i < _weights.Length; i++)
        {
            if (_weights[i] > 0 && below + _weights[i] >= wanted)
                return Within(i, (wanted - below) / _weights[i], upperBound);
            below += _weights[i];
        }
        return upperBound(_weights.Length - 2);
    }

    private double Within(int bucket, double share, Func<int, double> upperBound)
    {
        if (bucket == _weights.Length - 1)
            return upperBound(bucket - 1);
        var lower = bucket == 0 ? 0 : upperBound(bucket - 1);
        return lower + (upperBound(bucket) - lower) * share;
    }
}
