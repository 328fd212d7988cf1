using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.Telemetry.Status;

namespace MeshProxy.Tests.Telemetry.Status;

public sealed class RecentTimesTests
{
    private readonly RecentTimes _times = new(4);

    [Fact]
    public void Nothing_observed_has_no_percentile() => Assert.Null(Percentile(0.5));

    [Fact]
    public void Percentile_is_taken_evenly_within_its_bucket()
    {
        _times.Add(0, 50);
        _times.Add(1, 50);
        Assert.Equal(1, Percentile(0.5)!.Value, 3);
        Assert.Equal(1.5, Percentile(0.75)!.Value, 3);
    }

    [Fact]
    public void What_is_beyond_the_last_bound_counts_as_the_bound()
    {
        _times.Add(3, 1);
        Assert.Equal(3, Percentile(0.99));
    }

    [Fact]
    public void What_came_before_gives_way_to_what_comes()
    {
        _times.Add(0, 100);
        for (var second = 0; second < 60; second++)
        {
            _times.Fade();
            _times.Add(2, 10);
        }
        Assert.InRange(Percentile(0.5)!.Value, 2, 3);
    }

    [Fact]
    public void Restarted_counts_are_not_a_difference()
    {
        var sums = new DestinationSums(default);
        var trend = new DestinationTrend(sums);
        trend.Advance(1, new RecentTimes(sums.LatencyCounts.Length), new RecentTimes(sums.LatencyCounts.Length));
        Assert.Equal(0, trend.ConnectionRate);
        Assert.Null(trend.P99);
    }

    private double? Percentile(double share) => _times.Percentile(share, bucket => bucket + 1);
}
