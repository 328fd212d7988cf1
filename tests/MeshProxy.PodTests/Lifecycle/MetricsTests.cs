using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>What Prometheus and its users rely on.</summary>
[Collection(MeshCollection.Name)]
public sealed class MetricsTests(MeshFixture fixture)
{
    [PodFact("promtool")]
    public async Task Promtool_finds_nothing_to_mend()
    {
        using var session = await TcpSession.OpenAsync(fixture.Mesh, TrafficPath.Both, IpFamily.V6);
        await session.ExchangeAsync();
        foreach (var sidecar in fixture.Mesh.Sidecars)
            Tool.Run("promtool", ["check", "metrics"], (await sidecar.Admin.MetricsAsync()).Text);
    }

    [PodTheory]
    [InlineData("meshproxy_connections_opened_total")]
    [InlineData("meshproxy_connections_open")]
    [InlineData("meshproxy_connections_closed_total")]
    [InlineData("meshproxy_connection_duration_seconds_bucket")]
    [InlineData("meshproxy_bytes_total")]
    [InlineData("meshproxy_connect_duration_seconds_bucket")]
    [InlineData("meshproxy_connect_errors_total")]
    [InlineData("meshproxy_detections_total")]
    [InlineData("meshproxy_detection_duration_seconds_bucket")]
    [InlineData("meshproxy_drain_state")]
    [InlineData("meshproxy_config_reloads_total")]
    [InlineData("meshproxy_build_info")]
    [InlineData("process_cpu_seconds_total")]
    [InlineData("process_resident_memory_bytes")]
    public async Task Promised_name_is_there_from_the_start(string name)
    {
        var metrics = await fixture.Mesh.Sidecar.Admin.MetricsAsync();
        Assert.Contains(name, metrics.Names);
    }

    [PodTheory, EveryPath]
    public async Task Every_byte_and_every_connection_is_counted(TrafficPath path, IpFamily family)
    {
        var mesh = fixture.Mesh;
        var opened = await mesh.WatchAsync(path, "meshproxy_connections_opened_total");
        var open = await mesh.WatchAsync(path, "meshproxy_connections_open");
        var bytes = await mesh.WatchAsync(path, "meshproxy_bytes_total");
        var completed = await mesh.ClosedAsync(path, "completed");
        using var session = await TcpSession.OpenAsync(mesh, path, family);
        await session.Client.SendAllAsync(new byte[100_000]);
        await session.Server.ReadAsync(100_000);
        await session.Server.SendAllAsync(new byte[250_000]);
        await session.Client.ReadAsync(250_000);
        await open.AllGainAsync(1);

        session.Client.Shutdown(SocketShutdown.Both);
        session.Server.Shutdown(SocketShutdown.Both);

        await completed.AllGainAsync(1);
        await opened.AllGainAsync(1);
        await bytes.AllGainAsync(350_000);
        await open.AllGainAsync(0);
    }
}
