using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Prometheus;

/// <summary>More clients come than there is room for: what is scraped and logged names the limit that bound.</summary>
public sealed class RoomTests : IDisposable
{
    private readonly List<Socket> _clients = [];

    [PodFact]
    public async Task Descriptors_that_run_out_are_named_and_newcomers_that_are_reset_are_counted()
    {
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = OpaqueRange.Settings, OpenFiles = 256 });
        await FillAsync(mesh, "descriptors");
        await mesh.Sidecar.Process.SeeAsync("accepting paused: no descriptors left for another connection (RLIMIT_NOFILE)", Bound.Start);
    }

    [PodFact]
    public async Task Memory_that_runs_out_is_named_and_newcomers_that_are_reset_are_counted()
    {
        using var container = new MemoryCgroup(64 << 20);
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = OpaqueRange.Settings, RootLauncher = container.Launcher });
        await FillAsync(mesh, "memory");
        await mesh.Sidecar.Process.SeeAsync(
            "accepting paused: no memory left for another connection (the container's memory limit)", Bound.Start);
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private async Task FillAsync(Mesh mesh, string bound)
    {
        var before = await mesh.Sidecar.Admin.MetricsAsync();
        var room = (int)before.Sum("meshproxy_connection_slots", ("bound", bound));
        Assert.InRange(room, 10, 1000);
        Assert.Equal(0, before.Sum("meshproxy_connection_slots_taken"));
        using var listener = mesh.App.Namespace.Listen(mesh.App.V4, OpaqueRange.NextPort());
        for (var i = 0; i < room + 50; i++)
        {
            var client = mesh.Plain.Namespace.OpenSocket(AddressFamily.InterNetwork);
            _clients.Add(client);
            await client.TryConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        }
        Metrics now = before;
        await Bound.UntilAsync(
            async () => (now = await mesh.Sidecar.Admin.MetricsAsync()).Sum("meshproxy_connections_shed_total") > 0,
            Bound.Start, () => $"nobody was turned away: {now.Text}");
        Assert.Equal(room, now.Sum("meshproxy_connection_slots_taken"));
    }
}
