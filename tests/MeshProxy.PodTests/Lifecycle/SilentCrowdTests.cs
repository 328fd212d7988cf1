using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>Thousands of connections that never say a word cost little, and nothing when they are gone.</summary>
public sealed class SilentCrowdTests : IDisposable
{
    // As many as the descriptors of an ordinary container allow, two for each connection.
    private const int Crowd = 4000;
    private readonly List<Socket> _clients = [];

    [PodFact]
    public async Task Connections_that_never_speak_are_held_and_let_go()
    {
        using var mesh = await Mesh.StartAsync();
        var closed = await mesh.Sidecar.WatchAsync("meshproxy_connections_closed_total");
        var open = await mesh.Sidecar.WatchAsync("meshproxy_connections_open");
        using var listener = mesh.App.Namespace.Listen(mesh.App.V4, mesh.App.Namespace.NextPort());

        for (var i = 0; i < Crowd; i++)
            _clients.Add(await mesh.Plain.ConnectAsync((IPEndPoint)listener.LocalEndPoint!));
        await open.GainsAsync(Crowd);
        Assert.InRange(await mesh.Sidecar.Process.CpuShareAsync(TimeSpan.FromSeconds(1)), 0, 0.3);

        _clients.ForEach(client => client.Reset());
        await closed.GainsAsync(Crowd);
        Assert.Equal(0, await open.GainAsync());
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());
}
