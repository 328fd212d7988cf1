namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>What one of a sidecar's counters has gained since the watch began.</summary>
internal sealed class CounterWatch(Sidecar sidecar, string name, (string Name, string Value)[] labels, double before)
{
    public async Task<double> GainAsync() => (await sidecar.Admin.MetricsAsync()).Sum(name, labels) - before;

    /// <summary>
    /// Waits until the gain is that much, and no more: a connection is counted when the proxy has seen its end,
    /// which may be after the test has.
    /// </summary>
    public async Task GainsAsync(double expected) => Assert.Equal(expected, await ReachesAsync(expected));

    public async Task<double> ReachesAsync(double least)
    {
        double gain = 0;
        await Bound.UntilAsync(
            async () => (gain = await GainAsync()) >= least,
            Bound.Exchange,
            () => $"{name}{{{string.Join(',', labels)}}} gained {gain}, not {least}");
        return gain;
    }
}
