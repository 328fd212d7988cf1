namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>The same counter in every sidecar along a path.</summary>
internal sealed class PathWatch(IReadOnlyList<CounterWatch> watches)
{
    public async Task AllGainAsync(double expected)
    {
        foreach (var watch in watches)
            await watch.GainsAsync(expected);
    }

    public async Task AllReachAsync(double least)
    {
        foreach (var watch in watches)
            await watch.ReachesAsync(least);
    }
}
