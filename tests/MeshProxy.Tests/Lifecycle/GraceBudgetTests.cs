using MeshProxy.Lifecycle;
using MeshProxy.Tests.Routing.Support;

namespace MeshProxy.Tests.Lifecycle;

public sealed class GraceBudgetTests
{
    private readonly ManualTime _time = new();

    /// <summary>Milliseconds; -1 is unknown.</summary>
    [Theory]
    [InlineData(-1, 1500)]
    [InlineData(0, 0)]
    [InlineData(1000, 1000)]
    [InlineData(30_000, 1500)]
    public void Native_sidecar_that_was_not_told_of_the_pod_s_end_takes_no_more_than_a_kubelet_leaves(int grace, int expected) =>
        Assert.Equal(expected, GraceBudget.Native(Span(grace), sinceAnnounced: null).TotalMilliseconds);

    [Theory]
    [InlineData(-1, 0, 1500)]
    [InlineData(30_000, 100, 28_900)]
    [InlineData(30_000, 27_000, 2000)]
    [InlineData(30_000, 27_501, 1500)]
    [InlineData(30_000, 29_000, 1500)]
    [InlineData(30_000, 3_600_000, 1500)]
    [InlineData(1000, 500, 1000)]
    [InlineData(0, 0, 0)]
    public void Native_sidecar_that_was_told_takes_what_the_app_has_left_of_the_grace(int grace, int used, int expected) =>
        Assert.Equal(expected, GraceBudget.Native(Span(grace), TimeSpan.FromMilliseconds(used)).TotalMilliseconds);

    [Fact]
    public void Grace_is_counted_from_the_first_announcement()
    {
        using var stop = new StopRequest(_time);
        Assert.Null(stop.SinceAnnounced);
        stop.Announce();
        _time.Advance(TimeSpan.FromSeconds(20));
        stop.Announce();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(25), stop.SinceAnnounced);
    }

    private static TimeSpan? Span(int milliseconds) => milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds);
}
