using System.Net.Sockets;
using System.Text;
using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>A pod whose kernel has 200 local ports for outgoing connections, and a server that more clients than that come to.</summary>
public sealed class PortFamineTests : IDisposable
{
    private const int Ports = 200;
    private const string Request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private readonly List<TcpSession> _established = [];

    [PodFact]
    [Trait("fault", "T12")]
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

    [PodFact]
    [Trait("fault", "T12")]
    public async Task Http_request_for_which_no_port_is_left_is_answered_with_503_and_the_cause()
    {
        using var mesh = await Mesh.StartAsync();
        mesh.App.Namespace.WriteSetting("net/ipv4/ip_local_port_range", "40000 40199");
        using var server = new PromptServer(mesh.App);
        var kept = new List<Socket>();
        try
        {
            for (var i = 0; i < Ports; i++)
                kept.Add(await AskAsync(mesh, server));
            using (var refused = await mesh.Plain.ConnectAsync(server.Endpoint))
            {
                await refused.SendTextAsync(Request);
                var answer = Encoding.ASCII.GetString(await refused.ReadToEndAsync());
                Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
                Assert.Contains("meshproxy-error: connect, ", answer, StringComparison.Ordinal);
                Assert.Contains("no free local port", answer, StringComparison.Ordinal);
            }

            var given = await mesh.ClosedAsync(TrafficPath.Inbound, "downstream_reset");
            kept[0].Reset();
            await given.AllGainAsync(1);
            using var again = await AskAsync(mesh, server);
        }
        finally
        {
            kept.ForEach(socket => socket.Dispose());
        }
    }

    public void Dispose() => _established.ForEach(session => session.Dispose());

    /// <summary>A connection that was answered, and is kept.</summary>
    private static async Task<Socket> AskAsync(Mesh mesh, PromptServer server)
    {
        var socket = await mesh.Plain.ConnectAsync(server.Endpoint);
        await socket.SendTextAsync(Request);
        Assert.StartsWith("HTTP/1.1 200 OK", await socket.ReadTextAsync(PromptServer.AnswerLength), StringComparison.Ordinal);
        return socket;
    }
}
