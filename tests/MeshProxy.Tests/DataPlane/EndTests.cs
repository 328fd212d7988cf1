using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MeshProxy.DataPlane;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>Ends reach the other side as they were on the wire.</summary>
public sealed class EndTests : IDisposable
{
    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Client_half_close_still_receives_the_response()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("request"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("request"u8.ToArray(), await server.ReadToEndAsync());
        await server.SendAsync("response"u8.ToArray());
        Assert.Equal("response"u8.ToArray(), await client.ReadExactlyAsync(8));
        server.Shutdown(SocketShutdown.Send);
        Assert.Empty(await client.ReadToEndAsync());
        await proxy.AssertEndedAsync(CloseReason.Completed);
    }

    [Fact]
    public async Task Server_half_close_still_receives_the_rest_of_the_client()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        server.Shutdown(SocketShutdown.Send);
        Assert.Empty(await client.ReadToEndAsync());
        await client.SendAsync("late words"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("late words"u8.ToArray(), await server.ReadToEndAsync());
        await proxy.AssertEndedAsync(CloseReason.Completed);
    }

    [Fact]
    public async Task Client_that_ends_before_any_byte_reaches_the_server()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        client.Shutdown(SocketShutdown.Send);
        using var server = await _listener.AcceptAsync();
        Assert.Empty(await server.ReadToEndAsync());
        await server.SendAsync("goodbye"u8.ToArray());
        Assert.Equal("goodbye"u8.ToArray(), await client.ReadExactlyAsync(7));
        await proxy.AssertDetectedAsync("eof");
    }

    [Fact]
    public async Task Reset_by_the_client_reaches_the_server_as_a_reset_behind_its_last_byte()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("last words\n"u8.ToArray());
        Assert.Equal("last words\n"u8.ToArray(), await server.ReadExactlyAsync(11));
        client.Reset();
        Assert.Empty(await server.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.DownstreamReset);
    }

    [Fact]
    public async Task Reset_by_the_server_reaches_the_client_as_a_reset()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        var server = await _listener.AcceptAsync();
        await server.SendAsync("partial"u8.ToArray());
        Assert.Equal("partial"u8.ToArray(), await client.ReadExactlyAsync(7));
        server.Reset();
        Assert.Empty(await client.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.UpstreamReset);
    }

    [Fact]
    public async Task Reset_after_a_half_close_is_passed_on_though_nobody_reads_that_side_any_more()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await server.ReadToEndAsync());
        client.Reset();
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
                await server.SendAsync(new byte[1000]);
        });
        await proxy.AssertEndedAsync(CloseReason.DownstreamReset);
    }

    [Fact]
    public async Task Bytes_of_a_slow_reader_arrive_before_the_reset_does()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        var server = await _listener.AcceptAsync();
        var data = new byte[300_000];
        new Random(3).NextBytes(data);
        await server.SendAllAsync(data);
        // The server's own kernel drops what it has not sent when it resets, so the reset waits until the proxy has it all.
        await proxy.AssertReceivedAsync(data.Length);
        server.Reset();
        Assert.Equal(data, await client.ReadToResetAsync());
    }

    /// <summary>
    /// What the proxy had for the server, which has reset, is not waited for: its kernel will never say that it was taken.
    /// </summary>
    [Fact]
    public async Task Reset_comes_at_once_when_the_client_has_read_all_before_it()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = Peer.WithSmallWindow();
        await client.ConnectAsync(proxy.Endpoint());
        var server = await _listener.AcceptAsync();
        var data = new byte[300_000];
        var sending = client.SendWithoutEndAsync();
        await UntilTheProxyHoldsAsync(proxy);
        await server.SendAllAsync(data);
        await proxy.AssertReceivedAsync(data.Length);
        server.Reset();
        Assert.Equal(data.Length, (await client.ReadExactlyAsync(data.Length)).Length);
        var waited = Stopwatch.StartNew();
        // The reset is told to whoever asks first.
        await Assert.ThrowsAsync<SocketException>(() => sending.WaitAsync(Peer.Patience));
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Reset_behind_a_FIN_that_bytes_were_still_before_is_passed_on()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var sent = await SendUntilTheProxyHoldsAsync(proxy, client);
        client.Shutdown(SocketShutdown.Send);
        // The FIN is acknowledged, and so is all before it: else the reset would drop it.
        await UntilAsync(() => StateOf(client) == FinWait2);
        client.Reset();
        await server.ReadExactlyAsync(sent);
        await proxy.AssertEndedAsync(CloseReason.DownstreamReset);
    }

    [Fact]
    public async Task Refused_connect_is_a_reset_for_the_client()
    {
        using var closed = Peer.ClosedPort();
        await using var proxy = ProxyFixture.Start(closed.LocalEndPoint!);
        await proxy.AssertResetAsync();
        await proxy.AssertEndedAsync(CloseReason.ConnectRefused);
    }

    [Fact]
    public async Task Blackholed_connect_ends_at_the_connect_timeout()
    {
        // A full accept queue makes the kernel drop SYNs.
        using var full = Peer.Listen(backlog: 0);
        using var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await filler.ConnectAsync(full.LocalEndPoint!);
        await using var proxy = ProxyFixture.Start(
            full.LocalEndPoint!, ProxyFixture.Tcp with { ConnectTimeout = TimeSpan.FromMilliseconds(300) });
        using var client = await proxy.ConnectAsync();
        Assert.Empty(await client.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.ConnectTimeout);
    }

    [Fact]
    public async Task Idle_connection_is_reset_on_both_sides_at_its_timeout()
    {
        await using var proxy = ProxyFixture.Start(
            _listener.LocalEndPoint!, ProxyFixture.Tcp with { IdleTimeout = TimeSpan.FromMilliseconds(200) }, TimeSpan.Zero);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        Assert.Empty(await client.ReadToResetAsync());
        Assert.Empty(await server.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task Half_closed_connection_that_falls_silent_is_reset_at_its_own_timeout()
    {
        await using var proxy = ProxyFixture.Start(
            _listener.LocalEndPoint!, ProxyFixture.Tcp with { HalfCloseTimeout = TimeSpan.FromSeconds(1) });
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var heard = server.ReadToEndAsync();
        client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await heard);
        Assert.Empty(await client.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.HalfCloseTimeout);
    }

    [Fact]
    public async Task Urgent_byte_passes_as_urgent_at_its_place()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, opaquePorts: $"{((IPEndPoint)_listener.LocalEndPoint!).Port}");
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("before"u8.ToArray());
        Assert.Equal("before"u8.ToArray(), await server.ReadExactlyAsync(6));
        client.Send("!"u8, SocketFlags.OutOfBand);
        await client.SendAsync("after"u8.ToArray());
        Assert.True(server.Poll(Peer.Patience, SelectMode.SelectError), "no urgent data came");
        var urgent = new byte[1];
        Assert.Equal(1, server.Receive(urgent, SocketFlags.OutOfBand));
        Assert.Equal("!"u8.ToArray(), urgent);
        Assert.Equal("after"u8.ToArray(), await server.ReadExactlyAsync(5));
    }

    [Fact]
    public async Task Bulk_goes_on_behind_an_urgent_byte()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, opaquePorts: $"{((IPEndPoint)_listener.LocalEndPoint!).Port}");
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var bulk = new byte[10_000_000];
        for (var i = 0; i < 10; i++)
        {
            var reading = server.ReadExactlyAsync(bulk.Length + 100);
            await client.SendAllAsync(bulk);
            client.Send("!"u8, SocketFlags.OutOfBand);
            await client.SendAllAsync(new byte[100]);
            await reading;
        }
    }

    private const byte FinWait2 = 5;

    /// <summary>tcpi_state (tcp(7)).</summary>
    private static byte StateOf(Socket socket)
    {
        const int SolTcp = 6, TcpInfo = 11;
        Span<byte> info = stackalloc byte[104];
        socket.GetRawSocketOption(SolTcp, TcpInfo, info);
        return info[0];
    }

    /// <summary>Nothing goes on to a server that does not read: its kernel is full, and the proxy holds the next.</summary>
    private static async Task UntilTheProxyHoldsAsync(ProxyFixture proxy)
    {
        var (before, now) = (-1L, 0L);
        for (; now == 0 || now != before; await Task.Delay(200))
            (before, now) = (now, (long)proxy.Bytes(Direction.Outbound, "sent"));
    }

    /// <summary>Little by little, so that what the proxy does not read fits into its kernel.</summary>
    private static async Task<int> SendUntilTheProxyHoldsAsync(ProxyFixture proxy, Socket client)
    {
        var part = new byte[16 * 1024];
        var sent = 0;
        for (var taken = true; taken;)
        {
            await client.SendAllAsync(part);
            sent += part.Length;
            var waited = Stopwatch.StartNew();
            while (!(taken = proxy.Bytes(Direction.Outbound, "sent") == sent) && waited.Elapsed < TimeSpan.FromMilliseconds(500))
                await Task.Yield();
        }
        return sent;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); !condition(); await Task.Delay(5))
            Assert.True(waited.Elapsed < Peer.Patience, "it never came to that");
    }
}
