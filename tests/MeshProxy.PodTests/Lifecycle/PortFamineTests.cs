using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>A pod whose kernel has 200 local ports for outgoing connections, and a server that more clients than that come to.</summary>
public sealed class PortFamineTests : IDisposable
{
    private const int Ports = 200;
    private readonly List<TcpSession> _established = [];

    [PodFact]
    public async Task Open_connections_go_on_the_next_one_is_told_and_a_port_given_back_is_used_again()
    {
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = OpaqueRange.Settings });
        mesh.App.Namespace.WriteSetting("net/ipv4/ip_local_port_range", "40000 40199");
        var port = OpaqueRange.NextPort();
        var starved = await mesh.ClosedAsync(TrafficPath.Inbound, "connect_no_port");
        for (var i = 0; i < Ports; i++)
            _established.Add(await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4, port));

        using var listener = mesh.App.Namespace.Listen(mesh.App.V4, port);
        using var refused = mesh.Plain.Namespace.OpenSocket(AddressFamily.InterNetwork);
        Assert.Equal(SocketError.ConnectionReset, await refused.ConnectToEndAsync(mesh.App.Endpoint(IpFamily.V4, port)));
        await starved.AllGainAsync(1);
        Assert.InRange(await mesh.Sidecar.Process.CpuShareAsync(TimeSpan.FromSeconds(1)), 0, 0.3);
        foreach (var session in _established)
            await session.ExchangeAsync();

        // A reset leaves no TIME_WAIT behind.
        _established[0].Client.Reset();
        Assert.Equal(SocketError.ConnectionReset, await _established[0].Server.EndAsync());
        using var again = await mesh.Plain.ConnectAsync(mesh.App.Endpoint(IpFamily.V4, port));
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);
        await again.SendTextAsync("again");
        Assert.Equal("again", await server.ReadTextAsync(5));
    }

    public void Dispose() => _established.ForEach(session => session.Dispose());
}
