using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>2,000 connections come to a sidecar that may open 256 files.</summary>
public sealed class DescriptorFamineTests : IDisposable
{
    private const int Storm = 2000;
    private readonly List<TcpSession> _established = [];
    private readonly List<Socket> _storm = [];

    [PodFact]
    [Trait("fault", "T11")]
    public async Task Open_connections_go_on_the_sidecar_stays_idle_and_new_ones_come_through_afterwards()
    {
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = OpaqueRange.Settings, OpenFiles = 256 });
        for (var i = 0; i < 10; i++)
            _established.Add(await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4));
        using var listener = mesh.App.Namespace.Listen(mesh.App.V4, OpaqueRange.NextPort());

        await UnleashAsync(mesh, (IPEndPoint)listener.LocalEndPoint!);

        await EstablishedGoOnAsync();
        Assert.InRange(await mesh.Sidecar.Process.CpuShareAsync(TimeSpan.FromSeconds(2)), 0, 0.3);

        _storm.ForEach(socket => socket.Reset());
        await RecoversAsync(mesh);
        await EstablishedGoOnAsync();
        Assert.False(mesh.Sidecar.Process.HasExited, mesh.Sidecar.Process.Describe());
    }

    public void Dispose()
    {
        _storm.ForEach(socket => socket.Dispose());
        _established.ForEach(session => session.Dispose());
    }

    // Some are reset, some wait in the kernel's queue: what matters is what becomes of the rest.
    private async Task UnleashAsync(Mesh mesh, IPEndPoint destination)
    {
        for (var i = 0; i < Storm; i++)
        {
            var socket = mesh.Plain.Namespace.OpenSocket(destination.AddressFamily);
            _storm.Add(socket);
            await socket.TryConnectAsync(destination);
        }
    }

    private async Task EstablishedGoOnAsync()
    {
        foreach (var session in _established)
            await session.ExchangeAsync();
    }

    private static async Task RecoversAsync(Mesh mesh)
    {
        using var listener = mesh.App.Namespace.Listen(mesh.App.V6, OpaqueRange.NextPort());
        using var client = await mesh.Plain.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);
        await client.SendTextAsync("again");
        Assert.Equal("again", await server.ReadTextAsync(5));
    }
}
