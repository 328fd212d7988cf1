using System.Numerics;
using System.Runtime.CompilerServices;

namespace MeshProxy.DataPlane.Telemetry.Destinations;

/// <summary>
/// A histogram of times within its owner: two buckets per power of two from 32 µs to 67 s, so that a percentile read from it is
/// off by less than half. Finding the bucket is a count of leading zeros. Counts wrap at 2³²;
/// a reader that takes differences does not mind.
/// </summary>
[InlineArray(Count)]
internal struct LatencyBuckets
{
    public const int Count = 2 * (LastPower - FirstPower) + 2;

    /// <summary>2⁵ µs: below it is the first bucket.</summary>
    private const int FirstPower = 5;

    /// <summary>2²⁶ µs: from it on is the last.</summary>
    private const int LastPower = 26;

    private uint _first;

    /// <summary>The highest value of a bucket, in seconds; of the last, its lowest.</summary>
    public static double UpperBound(int bucket)
    {
        var half = Math.Min(bucket, Count - 2);
        return Math.ScaleB(1 + half % 2 * 0.5, FirstPower + half / 2) / 1e6;
    }

    public static int BucketOf(double seconds)
    {
        var microseconds = (ulong)(seconds * 1e6);
        if (microseconds < 1 << FirstPower)
            return 0;
        var power = BitOperations.Log2(microseconds);
        if (power >= LastPower)
            return Count - 1;
        return 2 * (power - FirstPower) + (int)(microseconds >> (power - 1) & 1) + 1;
    }
}
