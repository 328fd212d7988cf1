using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Floods;

/// <summary>One sidecar with the settings out of the box for all floods: what one of them left behind would meet the next.</summary>
public sealed class FloodFixture : IAsyncLifetime
{
    private Mesh? _mesh;
    private SoakSide? _side;

    internal SidecarOptions Options { get; init; } = new();

    internal Mesh Mesh => _mesh ?? throw new InvalidOperationException("the pod tests were skipped");

    /// <summary>Where good traffic goes: from the plain pod to the meshed one.</summary>
    internal SoakSide Side => _side ?? throw new InvalidOperationException("the pod tests were skipped");

    public async Task InitializeAsync()
    {
        if (PodRequirements.Missing() is not null)
            return;
        _mesh = await Mesh.StartAsync(Options);
        _side = await SoakSide.StartAsync(_mesh.Plain, _mesh.App);
    }

    public async Task DisposeAsync()
    {
        if (_side is not null)
            await _side.DisposeAsync();
        _mesh?.Dispose();
    }
}
