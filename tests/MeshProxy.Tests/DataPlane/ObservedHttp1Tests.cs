using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>HTTP/1 through the relay: unchanged, counted, refused where it is ambiguous, answered where the upstream fails.</summary>
public sealed class ObservedHttp1Tests : IDisposable
{
    private const string Get = "GET /a?b=c HTTP/1.1\r\nHOST: Example\r\nx-MiXed: yes\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Case: Kept\r\n\r\nhi";

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Exchange_passes_byte_for_byte_and_is_counted()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await ExchangeAsync(client, server, Get, Ok);
        await ExchangeAsync(client, server, Get, Ok);
        Assert.Contains("meshproxy_http_requests_total{direction=\"outbound\",method=\"GET\",status=\"200\"} 2", proxy.Metrics());
        Assert.Contains("meshproxy_http_requests_in_flight{direction=\"outbound\"} 0", proxy.Metrics());
    }

    [Fact]
    public async Task Exchange_at_one_byte_per_packet_passes_unchanged()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        foreach (var one in Encoding.Latin1.GetBytes(Get))
            await client.SendAsync(new[] { one });
        Assert.Equal(Get, await TextAsync(server, Get.Length));
        foreach (var one in Encoding.Latin1.GetBytes(Ok))
            await server.SendAsync(new[] { one });
        Assert.Equal(Ok, await TextAsync(client, Ok.Length));
    }

    [Trait("fault", "H1")]
    [Fact]
    public async Task Not_a_byte_of_an_ambiguous_request_reaches_the_server()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SendAsync(
            client,
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            + "GET /smuggled HTTP/1.1\r\n\r\n");
        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.StartsWith(
            $"HTTP/1.1 400 Bad Request\r\nmeshproxy-error: request, {_listener.LocalEndPoint}, "
            + "content-length-with-transfer-encoding\r\n",
            answer);
        client.Dispose();
        Assert.Empty(await server.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.RequestRefused);
    }

    [Trait("fault", "H16")]
    [Fact]
    public async Task Ambiguous_request_in_a_pipeline_is_refused_behind_the_answers_before_it()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SendAsync(client, Get + "GET / HTTP/1.1\r\nHost : x\r\n\r\n");
        Assert.Equal(Get, await TextAsync(server, Get.Length));
        await SendAsync(server, Ok);
        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.StartsWith(
            Ok + $"HTTP/1.1 400 Bad Request\r\nmeshproxy-error: request, {_listener.LocalEndPoint}, space-before-colon\r\n", answer);
    }

    [Fact]
    public async Task Ambiguous_request_behind_a_response_that_ends_with_its_connection_leaves_that_response_alone()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using (var server = await _listener.AcceptAsync())
        {
            await SendAsync(client, Get + "GARBAGE\n\n");
            Assert.Equal(Get, await TextAsync(server, Get.Length));
            await SendAsync(server, "HTTP/1.1 200 OK\r\n\r\nuntil the end");
        }
        var seen = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.Equal("HTTP/1.1 200 OK\r\n\r\nuntil the end", seen);
        await proxy.AssertEndedAsync(CloseReason.RequestRefused);
        Assert.Contains("method=\"OTHER\",status=\"400\"} 1", proxy.Metrics());
    }

    [Fact]
    public async Task Client_that_is_gone_while_its_refusal_waits_ends_the_connection()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SendAsync(client, Get + "GARBAGE\n\n");
        Assert.Equal(Get, await TextAsync(server, Get.Length));
        client.Reset();
        Assert.Empty(await server.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.DownstreamReset);
    }

    [Fact]
    public async Task Refusal_does_not_wait_for_ever_for_a_response_that_does_not_come()
    {
        var tcp = ProxyFixture.Tcp with { HalfCloseTimeout = TimeSpan.FromMilliseconds(200) };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, tcp);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SendAsync(client, Get + "GARBAGE\n\n");
        Assert.Equal(Get, await TextAsync(server, Get.Length));
        client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await server.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.HalfCloseTimeout);
    }

    [Fact]
    public async Task Ambiguous_request_passes_where_the_settings_say_transparent()
    {
        var http = ProxyFixture.Http with { Framing = FramingPolicy.Transparent };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: http);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        const string Odd = "GET / HTTP/1.1\r\nHost : x\r\n\r\n";
        await ExchangeAsync(client, server, Odd, "anything");
        Assert.Contains("meshproxy_http_unobserved_total{direction=\"outbound\"} 1", proxy.Metrics());
    }

    [Fact]
    public async Task Large_bodies_pass_whole_both_ways_and_the_next_exchange_is_still_observed()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var body = RandomNumberGenerator.GetBytes(8_000_000);
        var request = Bytes($"PUT /big HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n");
        var response = Bytes($"HTTP/1.1 201 Created\r\nContent-Length: {body.Length}\r\n\r\n");
        await PassAsync(client, server, [.. request, .. body]);
        await PassAsync(server, client, [.. response, .. body]);
        await ExchangeAsync(client, server, Get, Ok);
        Assert.Contains("method=\"PUT\",status=\"201\"} 1", proxy.Metrics());
        Assert.Contains("method=\"GET\",status=\"200\"} 1", proxy.Metrics());
    }

    [Fact]
    public async Task Large_response_is_counted_at_its_last_byte_and_the_servers_end_behind_it_is_clean()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        for (var round = 1; round <= 10; round++)
        {
            using var client = await proxy.ConnectAsync();
            using var server = await _listener.AcceptAsync();
            await SendAsync(client, Get);
            Assert.Equal(Get, await TextAsync(server, Get.Length));
            var response = Bytes($"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n{new string('b', 3_000_000)}");
            await PassAsync(server, client, response);
            await proxy.AssertRequestsAsync($"method=\"GET\",status=\"200\"}} {round}");
            server.Shutdown(SocketShutdown.Send);
            Assert.Empty(await client.ReadToEndAsync());
        }
    }

    [Trait("fault", "H19")]
    [Fact]
    public async Task Upgrade_passes_everything_once_it_is_confirmed()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await ExchangeAsync(client, server,
            "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        await ExchangeAsync(client, server, "\x81\x05hello", "\x81\x05world");
        client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await server.ReadToEndAsync());
    }

    [Trait("fault", "H6")]
    [Fact]
    public async Task Bytes_behind_an_upgrade_request_wait_for_the_answer()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        const string Upgrade = "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        const string Next = "GET /next HTTP/1.1\r\nHost: x\r\n\r\n";
        await SendAsync(client, Upgrade + Next);
        Assert.Equal(Upgrade, await TextAsync(server, Upgrade.Length));
        await SendAsync(server, Ok);
        // The upgrade was declined, so what was held is a request like any other.
        Assert.Equal(Next, await TextAsync(server, Next.Length));
    }

    [Fact]
    public async Task Refused_connect_is_told_to_an_http_client_as_502()
    {
        using var closed = Peer.ClosedPort();
        await using var proxy = ProxyFixture.Start(closed.LocalEndPoint!, dialDelay: TimeSpan.FromHours(1));
        using var client = await proxy.ConnectAsync();
        await SendAsync(client, Get);
        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.StartsWith($"HTTP/1.1 502 Bad Gateway\r\nmeshproxy-error: connect, {closed.LocalEndPoint}, refused\r\n", answer);
        await proxy.AssertEndedAsync(CloseReason.ConnectRefused);
    }

    [Fact]
    public async Task First_request_that_the_server_resets_is_answered_with_502()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        var server = await _listener.AcceptAsync();
        await SendAsync(client, Get);
        Assert.Equal(Get, await TextAsync(server, Get.Length));
        server.Reset();
        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.StartsWith("HTTP/1.1 502 Bad Gateway\r\nmeshproxy-error: response, ", answer);
        await proxy.AssertEndedAsync(CloseReason.UpstreamReset);
    }

    [Fact]
    public async Task Reset_of_a_reused_connection_reaches_the_client_which_knows_what_to_repeat()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        var server = await _listener.AcceptAsync();
        await ExchangeAsync(client, server, Get, Ok);
        await SendAsync(client, Get);
        Assert.Equal(Get, await TextAsync(server, Get.Length));
        server.Reset();
        Assert.Empty(await client.ReadToResetAsync());
    }

    [Trait("fault", "H15")]
    [Fact]
    public async Task Response_that_is_cut_off_never_looks_complete()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        var server = await _listener.AcceptAsync();
        await SendAsync(client, Get);
        Assert.Equal(Get, await TextAsync(server, Get.Length));
        await SendAsync(server, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
        server.Dispose();
        var seen = Encoding.Latin1.GetString(await client.ReadToResetAsync());
        Assert.EndsWith("only this", seen);
        await proxy.AssertEndedAsync(CloseReason.ResponseRefused);
    }

    [Fact]
    public async Task Bad_response_head_is_answered_with_502_and_not_a_byte_of_it_passes()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SendAsync(client, Get);
        Assert.Equal(Get, await TextAsync(server, Get.Length));
        await SendAsync(server, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx");
        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.StartsWith("HTTP/1.1 502 Bad Gateway\r\nmeshproxy-error: response, ", answer);
        Assert.Contains("duplicate-content-length", answer);
    }

    [Trait("fault", "H11")]
    [Fact]
    public async Task Head_that_dribbles_is_answered_with_408_at_its_timeout()
    {
        var http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { RequestHead = TimeSpan.FromMilliseconds(200) } };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: http);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SendAsync(client, "GET / HTTP/1.1\r\nHos");
        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.StartsWith(
            $"HTTP/1.1 408 Request Timeout\r\nmeshproxy-error: request, {_listener.LocalEndPoint}, head took too long\r\n", answer);
        await proxy.AssertEndedAsync(CloseReason.RequestHeadTimeout);
    }

    [Fact]
    public async Task Request_without_a_response_is_answered_with_504_at_its_timeout()
    {
        var http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { Request = TimeSpan.FromMilliseconds(200) } };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: http);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SendAsync(client, Get);
        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.StartsWith("HTTP/1.1 504 Gateway Timeout\r\n", answer);
        await proxy.AssertEndedAsync(CloseReason.RequestTimeout);
        Assert.Contains("method=\"GET\",status=\"504\"} 1", proxy.Metrics());
    }

    [Trait("fault", "H11")]
    [Fact]
    public async Task Kept_alive_connection_without_a_request_ends_cleanly_at_its_timeout()
    {
        var http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { KeepAlive = TimeSpan.FromMilliseconds(200) } };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: http);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await ExchangeAsync(client, server, Get, Ok);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Empty(await server.ReadToEndAsync());
        await proxy.AssertEndedAsync(CloseReason.KeepAliveTimeout);
    }

    /// <summary>Much at once is spliced past the observer, which must know the end of it all the same.</summary>
    [Fact]
    public async Task Large_body_with_the_end_right_behind_it_arrives_whole_and_ends_cleanly()
    {
        const int Length = 8_000_000;
        using var listener = Peer.Listen();
        await using var proxy = ProxyFixture.Start(listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await listener.AcceptAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        await server.ReadExactlyAsync(27);
        var head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Length}\r\n\r\n");
        var answering = AnswerAsync();
        Assert.Equal(head.Length + Length, (await client.ReadToEndAsync()).Length);
        await answering;
        client.Shutdown(SocketShutdown.Send);
        await proxy.AssertEndedAsync(CloseReason.Completed);

        async Task AnswerAsync()
        {
            await server.SendAllAsync((byte[])[.. head, .. new byte[Length]]);
            server.Shutdown(SocketShutdown.Send);
        }
    }

    [Trait("fault", "H11")]
    [Fact]
    public async Task Body_that_stalls_is_ended_at_the_stream_idle_timeout()
    {
        var http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { StreamIdle = TimeSpan.FromMilliseconds(200) } };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: http);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SendAsync(client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this");
        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.StartsWith("HTTP/1.1 504 Gateway Timeout\r\n", answer);
        await proxy.AssertEndedAsync(CloseReason.StreamIdleTimeout);
    }

    [Trait("fault", "H18")]
    [Fact]
    public async Task Unknown_methods_pass_and_share_one_label()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        foreach (var method in new[] { "BREW", "get", "M-SEARCH" })
            await ExchangeAsync(client, server, $"{method} / HTTP/1.1\r\nHost: x\r\n\r\n", Ok);
        await proxy.AssertRequestsAsync("method=\"OTHER\",status=\"200\"} 3");
    }

    [Trait("fault", "H16")]
    [Fact]
    public async Task Whatever_follows_a_refused_request_is_dropped()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SendAsync(client, "GET / HTTP/1.1\r\nHost : x\r\n\r\n" + Get + "garbage" + Get);
        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.Equal(0, answer.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal));
        client.Dispose();
        Assert.Empty(await server.ReadToResetAsync());
    }

    [Trait("fault", "H12"), Trait("fault", "H13")]
    [Fact]
    public async Task Expect_continue_and_early_hints_pass_as_they_are()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await ExchangeAsync(client, server,
            "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
        await ExchangeAsync(client, server, "abc", Ok);
        Assert.Contains("method=\"POST\",status=\"200\"} 1", proxy.Metrics());
    }

    private static async Task ExchangeAsync(Socket client, Socket server, string request, string response)
    {
        await SendAsync(client, request);
        Assert.Equal(request, await TextAsync(server, request.Length));
        await SendAsync(server, response);
        Assert.Equal(response, await TextAsync(client, response.Length));
    }

    private static async Task PassAsync(Socket from, Socket to, byte[] data)
    {
        var reading = to.ReadExactlyAsync(data.Length);
        await from.SendAllAsync(data);
        Assert.Equal(SHA256.HashData(data), SHA256.HashData(await reading));
    }

    private static Task SendAsync(Socket socket, string text) => socket.SendAllAsync(Bytes(text));

    private static async Task<string> TextAsync(Socket socket, int length) =>
        Encoding.Latin1.GetString(await socket.ReadExactlyAsync(length));

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
