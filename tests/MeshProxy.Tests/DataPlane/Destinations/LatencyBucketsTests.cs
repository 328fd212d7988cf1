using MeshProxy.DataPlane.Telemetry.Destinations;

namespace MeshProxy.Tests.DataPlane.Destinations;

public sealed class LatencyBucketsTests
{
    [Fact]
    public void Every_time_is_in_the_bucket_whose_bounds_hold_it()
    {
        for (var seconds = 0.000_001; seconds < 60; seconds *= 1.01)
        {
            var bucket = LatencyBuckets.BucketOf(seconds);
            var microsecond = Math.Floor(seconds * 1e6) / 1e6;
            Assert.True(microsecond < LatencyBuckets.UpperBound(bucket), $"{seconds} s in bucket {bucket}");
            Assert.True(bucket == 0 || microsecond >= LatencyBuckets.UpperBound(bucket - 1) - 1e-12, $"{seconds} s in bucket {bucket}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Nothing_is_the_first_bucket(double seconds) => Assert.Equal(0, LatencyBuckets.BucketOf(seconds));

    [Theory]
    [InlineData(68)]
    [InlineData(1e9)]
    [InlineData(double.MaxValue)]
    public void Longest_times_are_the_last_bucket(double seconds) =>
        Assert.Equal(LatencyBuckets.Count - 1, LatencyBuckets.BucketOf(seconds));
}
