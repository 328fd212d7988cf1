namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>What one of a sidecar's counters has gained since the watch began.</summary>
internal sealed class CounterWatch(Sidecar sidecar, string name, (string Name, string Value)[] labels, double before)
{
    public async Task<double> GainAsync() => (await sidecar.Admin.MetricsAsync()).Sum(name, labels) - before;

    /// <summary>Waits until the gain is that much: a connection is counted when the proxy has seen its end, which may be after the test has.</summary>
    public async Task GainsAsync(double expected)
    {
        double gain = 0;
        await Bound.UntilAsync(
            async () => (gain = await GainAsync()) >= expected,
            Bound.Exchange,
            () => $"{name}{{{string.Join(',', labels)}}} gained {gain}, not {expected}");
        Assert.Equal(expected, gain);
    }
}
