namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>
/// One mesh for all tests that need nothing special: two meshed pods, a plain one and the outside. The settings are those out of the box,
/// except that one more range of ports is opaque, and that nothing is learned: every connection is decided by itself.
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
        var options = new SidecarOptions
        {
            Settings = new Dictionary<string, string>(OpaqueRange.Settings)
            {
                ["inbound.detection.rememberFor"] = "0",
                ["outbound.detection.rememberFor"] = "0",
            },
        };
        _mesh = await Mesh.StartAsync(options);
        await _mesh.MeshAnotherAsync(options);
    }

    public Task DisposeAsync()
    {
        _mesh?.Dispose();
        return Task.CompletedTask;
    }
}
