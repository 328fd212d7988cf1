namespace MeshProxy.PodTests.Endurance;

/// <summary>The judgement of a soak: it sees a leak through the noise, and noise is none.</summary>
public sealed class TrendTests
{
    [Fact]
    public void A_line_is_found_exactly()
    {
        var trend = Trend.Of([.. Samples(second => 5 + second / 3600)], sample => sample.HeapMiB);
        Assert.Equal(1, trend.PerHour, 6);
        Assert.Equal(0, trend.Error, 6);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(20, 10, 20)]
    public void A_leak_shows_through_garbage_and_garbage_is_no_leak(double perHour, double least, double most)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var trend = Trend.Of(
                [.. Samples(second => 2 + perHour * second / 3600 + 3 * random.NextDouble())], sample => sample.HeapMiB);
            Assert.InRange(trend.SurelyPerHour, least, most + 1);
        }
    }

    [Fact]
    public void Too_few_samples_say_nothing() => Assert.Equal(0, Trend.Of([default, default], sample => sample.HeapMiB).SurelyPerHour);

    private static IEnumerable<ProcessSample> Samples(Func<double, double> heap) =>
        Enumerable.Range(0, 450).Select(second => new ProcessSample(second, 0, 0, heap(second), 0, 0, 0, 0, 0));
}
