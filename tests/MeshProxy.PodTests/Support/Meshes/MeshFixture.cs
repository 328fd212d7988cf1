namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>
/// One mesh for all tests that need nothing special: two meshed pods, a plain one and the outside, with the settings out of the box except
/// for one range of ports marked opaque beside the default ones.
/// </summary>
public sealed class MeshFixture : IAsyncLifetime
{
    private Mesh? _mesh;

    internal Mesh Mesh => _mesh ?? throw new InvalidOperationException("the pod tests were skipped");

    // The fixture is made even where every test is skipped.
    public async Task InitializeAsync()
    {
        if (PodRequirements.Missing() is not null)
            return;
        var options = new SidecarOptions { Settings = OpaqueRange.Settings };
        _mesh = await Mesh.StartAsync(options);
        await _mesh.MeshAnotherAsync(options);
    }

    public Task DisposeAsync()
    {
        _mesh?.Dispose();
        return Task.CompletedTask;
    }
}
