using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>Detection as clients and servers meet it; what bytes mean is tested beside the detector.</summary>
public sealed class ConnectionDetectionTests : IDisposable
{
    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "http1")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "http2")]
    [InlineData("\x16\x03\x01\x00\x01\x01 not a hello", "not_http")]
    [InlineData("EHLO example.org\r\n", "not_http")]
    public async Task First_bytes_of_the_client_decide_and_reach_the_server(string words, string result)
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var bytes = Encoding.Latin1.GetBytes(words);
        await client.SendAsync(bytes);
        Assert.Equal(bytes, await server.ReadExactlyAsync(bytes.Length));
        await proxy.AssertDetectedAsync(result);
    }

    [Fact]
    public async Task Request_line_is_recognised_at_one_byte_per_packet()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var bytes = "DELETE /things/7?x=y HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();
        foreach (var one in bytes)
            await client.SendAsync(new[] { one });
        Assert.Equal(bytes, await server.ReadExactlyAsync(bytes.Length));
        await proxy.AssertDetectedAsync("http1");
    }

    [Fact]
    public async Task Server_that_speaks_first_is_heard_while_the_client_is_silent()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromHours(1));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await server.SendAsync("220 ready\r\n"u8.ToArray());
        Assert.Equal("220 ready\r\n"u8.ToArray(), await client.ReadExactlyAsync(11));
        await proxy.AssertDetectedAsync("server_first");
    }

    [Fact]
    public async Task Server_that_speaks_after_half_a_request_line_loses_no_byte_of_it()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromHours(1));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("HELLO"u8.ToArray());
        await server.SendAsync("220 ready\r\n"u8.ToArray());
        Assert.Equal("220 ready\r\n"u8.ToArray(), await client.ReadExactlyAsync(11));
        Assert.Equal("HELLO"u8.ToArray(), await server.ReadExactlyAsync(5));
    }

    [Fact]
    public async Task Http2_server_that_sends_its_settings_first_is_still_http2()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromHours(1));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        byte[] settings = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100];
        await server.SendAsync(settings);
        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        Assert.Equal(settings, await client.ReadExactlyAsync(settings.Length));
        await proxy.AssertDetectedAsync("http2");
    }

    [Fact]
    public async Task Half_a_request_line_and_silence_is_relayed_at_the_deadline()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromMilliseconds(200));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("GE"u8.ToArray());
        Assert.Equal("GE"u8.ToArray(), await server.ReadExactlyAsync(2));
        await proxy.AssertDetectedAsync("timeout");
    }

    [Fact]
    public async Task Half_a_request_line_and_the_end_reach_the_server()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromHours(1));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("G"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("G"u8.ToArray(), await server.ReadToEndAsync());
        await proxy.AssertDetectedAsync("eof");
    }

    [Fact]
    public async Task Reset_during_detection_resets_the_server_too()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromHours(1));
        var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        client.Reset();
        Assert.Empty(await server.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.DownstreamReset);
    }

    [Fact]
    public async Task Opaque_port_passes_everything_undetected()
    {
        var port = ((System.Net.IPEndPoint)_listener.LocalEndPoint!).Port;
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, opaquePorts: $"{port}");
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("GET / HTTP/1.1\r\n"u8.ToArray());
        Assert.Equal(16, (await server.ReadExactlyAsync(16)).Length);
        await proxy.AssertDetectedAsync("opaque_port");
        Assert.Contains("result=\"http1\"} 0", proxy.Metrics());
    }

    [Trait("fault", "H1")]
    [Fact]
    public async Task Request_line_that_stops_half_way_is_checked_when_it_goes_on()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromSeconds(2));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("POST /a HT"u8.ToArray());
        await proxy.AssertDetectedAsync("http1");
        await client.SendAsync("TP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 400 ", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
        client.Dispose();
        Assert.Empty(await server.ReadToResetAsync());
        Assert.Contains("meshproxy_learned_destinations 0", proxy.Metrics());
    }

    [Trait("fault", "H11")]
    [Theory]
    [InlineData("GET /aaaa")]
    [InlineData("BREW http://a")]
    [InlineData("CONNECT db")]
    public async Task Request_line_that_never_ends_is_answered_with_408_at_the_heads_timeout(string words)
    {
        var http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { RequestHead = TimeSpan.FromMilliseconds(400) } };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromSeconds(2), http: http);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(Encoding.Latin1.GetBytes(words));
        Assert.StartsWith("HTTP/1.1 408 ", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
        await proxy.AssertEndedAsync(CloseReason.RequestHeadTimeout);
    }

    [Fact]
    public async Task Time_of_a_head_runs_from_its_first_byte_and_not_from_the_end_of_detection()
    {
        var http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { RequestHead = TimeSpan.FromMilliseconds(200) } };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromHours(1), http: http);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("GET /aaaa"u8.ToArray());
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        await client.SendAsync(" HTTP/1.1\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 408 ", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
    }

    [Trait("fault", "H10")]
    [Fact]
    public async Task Request_line_longer_than_detection_looks_is_answered_with_414()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromHours(1));
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync(Encoding.Latin1.GetBytes("GET /" + new string('a', 100_000)));
        Assert.StartsWith("HTTP/1.1 414 ", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
    }

    [Theory]
    [InlineData("PRI * HT")]
    [InlineData("STAT key")]
    [InlineData("\x16\x03\x01\x02")]
    public async Task What_stops_half_way_and_is_no_request_line_reaches_the_server_at_the_deadline(string words)
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromMilliseconds(200));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var bytes = Encoding.Latin1.GetBytes(words);
        await client.SendAsync(bytes);
        Assert.Equal(bytes, await server.ReadExactlyAsync(bytes.Length));
        await proxy.AssertDetectedAsync("timeout");
    }

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    public async Task Client_that_waits_where_http_is_spoken_is_checked_all_the_same(string first)
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromMilliseconds(200));
        await AskAsync(proxy);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAllAsync(Encoding.Latin1.GetBytes(first));
        await Task.Delay(TimeSpan.FromMilliseconds(400));
        await client.SendAllAsync(Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\nHost : x\r\n\r\n"[first.Length..]));
        Assert.StartsWith("HTTP/1.1 400 ", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
        client.Dispose();
        Assert.Empty(await server.ReadToResetAsync());
    }

    [Fact]
    public async Task Client_that_never_speaks_where_http_is_spoken_ends_at_the_idle_timeout()
    {
        var tcp = ProxyFixture.Tcp with { IdleTimeout = TimeSpan.FromMilliseconds(300) };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, tcp, detection: TimeSpan.FromMilliseconds(100));
        await AskAsync(proxy);
        using var client = await proxy.ConnectAsync();
        Assert.Empty(await client.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task Destination_that_speaks_http_stays_observed_whatever_others_do_there()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromSeconds(2));
        await AskAsync(proxy);
        using var silent = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await server.SendAsync("HTTP/1.1 408 Request Timeout\r\n\r\n"u8.ToArray());
        await proxy.AssertDetectedAsync("server_first");
        await AskAsync(proxy);
        Assert.Contains("result=\"http1\"} 2", proxy.Metrics());
        Assert.Contains("meshproxy_learned_destinations 0", proxy.Metrics());
    }

    [Fact]
    public async Task Destination_whose_server_spoke_first_is_not_detected_again()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromHours(1));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await server.SendAsync("220\r\n"u8.ToArray());
        await client.ReadExactlyAsync(5);
        using var next = await proxy.ConnectAsync();
        using var nextServer = await _listener.AcceptAsync();
        await next.SendAsync("HALF"u8.ToArray());
        Assert.Equal("HALF"u8.ToArray(), await nextServer.ReadExactlyAsync(4));
        await proxy.AssertDetectedAsync("learned");
        Assert.Contains("meshproxy_learned_destinations 1", proxy.Metrics());
    }

    [Fact]
    public async Task With_a_dial_delay_the_clients_first_word_dials_at_once()
    {
        await using var proxy = ProxyFixture.Start(
            _listener.LocalEndPoint!, detection: TimeSpan.FromHours(2), dialDelay: TimeSpan.FromHours(1));
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("EHLO x\r\n"u8.ToArray());
        using var server = await _listener.AcceptAsync();
        Assert.Equal("EHLO x\r\n"u8.ToArray(), await server.ReadExactlyAsync(8));
    }

    [Fact]
    public async Task With_a_dial_delay_a_silent_client_still_hears_a_server_that_speaks_first()
    {
        await using var proxy = ProxyFixture.Start(
            _listener.LocalEndPoint!, detection: TimeSpan.FromHours(1), dialDelay: TimeSpan.FromMilliseconds(50));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await server.SendAsync("220\r\n"u8.ToArray());
        Assert.Equal("220\r\n"u8.ToArray(), await client.ReadExactlyAsync(5));
    }

    [Fact]
    public async Task Server_that_ends_at_once_teaches_nothing_about_its_destination()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, detection: TimeSpan.FromHours(1));
        using var client = await proxy.ConnectAsync();
        using (var server = await _listener.AcceptAsync())
            server.Shutdown(SocketShutdown.Send);
        Assert.Empty(await client.ReadToEndAsync());
        await proxy.AssertDetectedAsync("server_first");
        Assert.Contains("meshproxy_learned_destinations 0", proxy.Metrics());
    }

    private async Task AskAsync(ProxyFixture proxy)
    {
        var request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync(request);
        Assert.Equal(request, await server.ReadExactlyAsync(request.Length));
    }
}
