namespace MeshProxy.PodTests.Endurance.Chaos;

/// <summary>A seed replays, and what it gives keeps its bounds whatever it is.</summary>
public sealed class ChaosPlanTests
{
    public static TheoryData<string> Durations => ["00:00:06", "00:03:00", "01:00:00"];

    [Theory, MemberData(nameof(Durations))]
    public void The_same_seed_and_duration_give_the_same_steps(string duration)
    {
        var time = TimeSpan.Parse(duration);
        var first = ChaosPlan.Of(7, time).ToArray();
        Assert.NotEqual(first, ChaosPlan.Of(8, time).ToArray());
        Assert.Equal(first, ChaosPlan.Of(7, time).ToArray());
    }

    [Fact]
    public void A_seed_means_tomorrow_what_it_means_today() => Assert.Equal(
        [Disturbance.UpstreamRestart, Disturbance.Loss, Disturbance.ConntrackFlush, Disturbance.Pause, Disturbance.Reload],
        ChaosPlan.Of(7, TimeSpan.FromMinutes(1)).Take(5).Select(step => step.Kind));

    [Theory, MemberData(nameof(Durations))]
    public void Steps_follow_each_other_and_keep_their_bounds(string duration)
    {
        var time = TimeSpan.Parse(duration);
        for (var seed = 0; seed < 200; seed++)
        {
            var end = TimeSpan.Zero;
            foreach (var step in ChaosPlan.Of(seed, time))
            {
                Assert.InRange(step.At - end, TimeSpan.FromTicks(1), ChaosPlan.LongestGap);
                Assert.InRange(step.Lasts, TimeSpan.Zero, LongestOf(step.Kind));
                Assert.True(step.Choice >= 0);
                end = step.End;
            }
            Assert.InRange(end, TimeSpan.FromTicks(1), time - TimeSpan.FromTicks(1));
        }
    }

    /// <summary>In the run that every test run affords, too.</summary>
    [Theory, MemberData(nameof(Durations))]
    public void Every_kind_comes_as_often_as_any_other(string duration)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var counts = ChaosPlan.Of(seed, TimeSpan.Parse(duration)).CountBy(step => step.Kind).ToDictionary();
            Assert.Equal(Enum.GetValues<Disturbance>().Length, counts.Count);
            Assert.InRange(counts.Values.Max() - counts.Values.Min(), 0, 1);
        }
    }

    private static TimeSpan LongestOf(Disturbance kind) => kind switch
    {
        Disturbance.Pause => ChaosPlan.LongestPause,
        Disturbance.Loss => ChaosPlan.LongestLoss,
        _ => TimeSpan.Zero,
    };
}
