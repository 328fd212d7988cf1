using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Floods;

/// <summary>One sidecar with the settings out of the box for all floods: what one of them left behind would meet the next.</summary>
/// <remarks>
/// Its garbage is collected every megabyte. The runtime would let it grow to 5/8 of the L3 cache, which would hide what an attack makes it
/// hold; the collections are at the cost of the CPU that an attack is said to take.
/// </remarks>
public sealed class FloodFixture : IAsyncLifetime
{
    /// <summary>Requests after which its code is compiled: what it costs until then is no part of an attack.</summary>
    private const int WarmUp = 1000;

    private Mesh? _mesh;
    private SoakSide? _side;

    internal IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    internal Mesh Mesh => _mesh ?? throw new InvalidOperationException("the pod tests were skipped");

    /// <summary>Where good traffic goes: from the plain pod to the meshed one.</summary>
    internal SoakSide Side => _side ?? throw new InvalidOperationException("the pod tests were skipped");

    public async Task InitializeAsync()
    {
        if (PodRequirements.Missing() is not null)
            return;
        _mesh = await Mesh.StartAsync(new SidecarOptions { Settings = Settings, Launcher = ["env", "DOTNET_GCgen0size=100000"] });
        _side = await SoakSide.StartAsync(_mesh.Plain, _mesh.App);
        await WarmUpAsync(_side);
    }

    public async Task DisposeAsync()
    {
        if (_side is not null)
            await _side.DisposeAsync();
        _mesh?.Dispose();
    }

    private static async Task WarmUpAsync(SoakSide side)
    {
        await using var good = new GoodTraffic(side, TimeSpan.Zero);
        await good.GoesOnAsync(WarmUp);
        await good.StopAsync();
    }
}
