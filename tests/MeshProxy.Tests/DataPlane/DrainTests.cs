using System.Net.Sockets;
using MeshProxy.DataPlane;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

public sealed class DrainTests : IDisposable
{
    private static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();

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
        await client.SendAsync(Request);
        await server.ReadExactlyAsync(Request.Length);
        await proxy.Server.StopAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None).WaitAsync(Peer.Patience);
        Assert.Empty(await client.ReadToResetAsync());
        Assert.Empty(await server.ReadToResetAsync());
        Assert.Equal(1, proxy.Closed(CloseReason.ShutdownDeadline));
    }

    /// <summary>The app has closed its end; whoever is left at the other end has nobody to speak to.</summary>
    [Theory]
    [InlineData(Direction.Inbound)]
    [InlineData(Direction.Outbound)]
    public async Task Half_dead_connection_does_not_hold_the_exit(Direction direction)
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync(direction);
        using var server = await _listener.AcceptAsync();
        await client.SendAsync(Request);
        await server.ReadExactlyAsync(Request.Length);
        var app = direction == Direction.Inbound ? server : client;
        app.Shutdown(SocketShutdown.Send);
        await proxy.Server.StopAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(Peer.Patience);
        Assert.Equal(0, proxy.Closed(CloseReason.ShutdownDeadline));
    }

    [Fact]
    public async Task Idle_connection_ends_cleanly_at_once()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await server.SendAsync("220 hello\r\n"u8.ToArray());
        await client.ReadExactlyAsync(11);
        await proxy.Server.StopAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(Peer.Patience);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Empty(await server.ReadToEndAsync());
        Assert.Equal(1, proxy.Closed(CloseReason.Drained));
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
            using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                LingerState = new LingerOption(true, 0),
            };
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
