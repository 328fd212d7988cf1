using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Http;

/// <summary>A mesh with a route in either direction that covers everything and sends it where it was going.</summary>
public sealed class RoutedMesh : IAsyncLifetime
{
    private const string Routes =
        """
        {
          "inbound": { "routes": [{ "name": "in", "responseHeaders": { "set": { "x-routed": "yes" } } }] },
          "outbound": { "routes": [{ "name": "out", "responseHeaders": { "set": { "x-routed": "yes" } } }] }
        }
        """;

    private readonly ScratchDirectory _scratch = new();
    private Mesh? _mesh;

    internal Mesh Mesh => _mesh ?? throw new InvalidOperationException("the pod tests were skipped");

    public async Task InitializeAsync()
    {
        if (PodRequirements.Missing() is not null)
            return;
        File.WriteAllText(_scratch.PathOf("proxy.config.json"), Routes);
        _mesh = await Mesh.StartAsync(new SidecarOptions { ConfigFile = _scratch.PathOf("proxy.config.json") });
    }

    public Task DisposeAsync()
    {
        _mesh?.Dispose();
        _scratch.Dispose();
        return Task.CompletedTask;
    }
}
