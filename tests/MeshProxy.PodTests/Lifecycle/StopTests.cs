using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle;

public sealed class StopTests
{
    private static readonly byte[] Bulk =
        Random.Shared.GetItems(Enumerable.Range(0, 256).Select(value => (byte)value).ToArray(), 24_000_000);

    [PodFact]
    [Trait("fault", "T18")]
    public async Task Bytes_under_way_arrive_whole_after_a_stop_and_then_the_sidecar_ends()
    {
        using var mesh = await StartAsync(gracePeriod: "60s");
        using var session = await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4);
        var sending = session.Server.SendAllAsync(Bulk);
        Assert.Equal(Bulk[..10], await session.Client.ReadAsync(10));

        mesh.Sidecar.Process.Send(Signal.Terminate);
        await NoLongerAcceptsAsync(mesh);

        // The last of the attempts that were still accepted may be ending yet.
        await Bound.UntilAsync(
            async () => (await mesh.Sidecar.Admin.MetricsAsync()).Sum("meshproxy_connections_open") == 1,
            Bound.Exchange,
            () => "not one connection open");
        Assert.Equal(Bulk[10..], await session.Client.ReadAsync(Bulk.Length - 10));
        await sending;
        session.Dispose();
        Assert.Equal(0, await mesh.Sidecar.Process.ExitAsync(Bound.Exchange));
    }

    [PodFact]
    [Trait("fault", "T19")]
    public async Task Idle_connection_ends_at_once_and_holds_nothing_up()
    {
        using var mesh = await StartAsync(gracePeriod: "10m");
        using var session = await TcpSession.OpenAsync(mesh, TrafficPath.Outbound, IpFamily.V6);
        await session.ExchangeAsync();

        mesh.Sidecar.Process.Send(Signal.Terminate);

        Assert.Equal(SocketError.Success, await session.Client.EndAsync());
        Assert.Equal(SocketError.Success, await session.Server.EndAsync());
        Assert.Equal(0, await mesh.Sidecar.Process.ExitAsync(Bound.Exchange));
    }

    [PodFact]
    public async Task Connections_still_busy_after_the_grace_period_are_reset()
    {
        using var mesh = await StartAsync(gracePeriod: "500ms");
        using var session = await TcpSession.OpenAsync(mesh, TrafficPath.Outbound, IpFamily.V6);
        // More than the buffers on the way hold, and nobody reads it.
        var sending = session.Server.SendAllAsync(Bulk);
        Assert.Equal(Bulk[..10], await session.Client.ReadAsync(10));

        mesh.Sidecar.Process.Send(Signal.Terminate);

        Assert.Equal(0, await mesh.Sidecar.Process.ExitAsync(Bound.Exchange));
        Assert.Equal(SocketError.ConnectionReset, await session.Client.EndAsync());
        await Task.WhenAny(sending);
    }

    [PodFact]
    public async Task A_second_signal_ends_the_sidecar_at_once()
    {
        using var mesh = await StartAsync(gracePeriod: "10m");
        using var session = await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4);
        await session.ExchangeAsync();

        mesh.Sidecar.Process.Send(Signal.Terminate);
        await NoLongerAcceptsAsync(mesh);
        mesh.Sidecar.Process.Send(Signal.Terminate);

        await mesh.Sidecar.Process.ExitAsync(Bound.Exchange);
    }

    private static Task<Mesh> StartAsync(string gracePeriod) => Mesh.StartAsync(new SidecarOptions
    {
        Settings = new Dictionary<string, string>(OpaqueRange.Settings) { ["shutdown.gracePeriod"] = gracePeriod },
    });

    private static async Task NoLongerAcceptsAsync(Mesh mesh)
    {
        var port = OpaqueRange.NextPort();
        using var listener = mesh.App.Namespace.Listen(mesh.App.V4, port);
        await Bound.UntilAsync(
            async () =>
            {
                using var socket = mesh.Plain.Namespace.OpenSocket(AddressFamily.InterNetwork);
                return await socket.TryConnectAsync(mesh.App.Endpoint(IpFamily.V4, port)) == SocketError.ConnectionRefused;
            },
            Bound.Exchange,
            () => "new connections are still accepted");
    }
}
