using System.Net.Sockets;
using MeshProxy.DataPlane;
using MeshProxy.Tests.DataPlane.Support;

namespace MeshProxy.Tests.DataPlane;

public sealed class DrainTests : IDisposable
{
    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Stop_accepts_nothing_more_and_lets_open_connections_finish()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        var endpoint = proxy.Endpoint();
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("GET"u8.ToArray());
        var stopping = proxy.Server.StopAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        await RefusedAsync(endpoint);
        Assert.Equal(DrainState.Draining, proxy.Server.State);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("GET"u8.ToArray(), await server.ReadToEndAsync());
        server.Shutdown(SocketShutdown.Send);
        await stopping.WaitAsync(Peer.Patience);
        Assert.Equal(DrainState.Stopped, proxy.Server.State);
    }

    [Fact]
    public async Task Connection_still_open_after_the_grace_is_reset()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await proxy.Server.StopAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None).WaitAsync(Peer.Patience);
        Assert.Empty(await client.ReadToResetAsync());
        Assert.Empty(await server.ReadToResetAsync());
        Assert.Contains("reason=\"shutdown_deadline\"} 1", proxy.Metrics());
    }

    [Fact]
    public async Task Idle_proxy_stops_at_once()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        await proxy.Server.StopAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(Peer.Patience);
    }

    [Fact]
    public async Task New_settings_hold_for_new_connections_and_drop_no_old_one()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var old = await proxy.ConnectAsync();
        using var oldServer = await _listener.AcceptAsync();
        await old.SendAsync("EHLO x\r\n"u8.ToArray());
        await oldServer.ReadExactlyAsync(8);
        var settings = ProxyFixture.Settings(opaquePorts: "1-65535");
        proxy.Server.Apply(settings with { Inbound = settings.Inbound with { Listen = [] } });
        using var young = await proxy.ConnectAsync();
        using var youngServer = await _listener.AcceptAsync();
        await proxy.AssertDetectedAsync("opaque_port");
        await old.SendAsync("more"u8.ToArray());
        Assert.Equal("more"u8.ToArray(), await oldServer.ReadExactlyAsync(4));
    }

    private static async Task RefusedAsync(System.Net.IPEndPoint endpoint)
    {
        while (true)
        {
            using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            try
            {
                await late.ConnectAsync(endpoint);
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return;
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                // It connected in the instant between the last accept and the close.
            }
        }
    }
}
