namespace MeshProxy.DataPlane.Telemetry;

/// <summary>Observations in fixed buckets, written by one loop. Few buckets: a linear search through a dozen beats cleverness.</summary>
internal sealed class Histogram(double[] upperBounds)
{
    private readonly long[] _counts = new long[upperBounds.Length + 1];
    private double _sum;

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < upperBounds.Length && value > upperBounds[bucket])
            bucket++;
        _counts[bucket]++;
        _sum += value;
    }

    /// <summary>Adds what has been observed to a reader's totals.</summary>
    public void AddTo(Span<long> counts, ref double sum)
    {
        for (var i = 0; i < _counts.Length; i++)
            counts[i] += Volatile.Read(ref _counts[i]);
        sum += Volatile.Read(ref _sum);
    }
}
