using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;
using static MeshProxy.Tests.DataPlane.Support.TextExchange;

namespace MeshProxy.Tests.DataPlane;

/// <summary>HTTP/1 through the relay: unchanged and counted.</summary>
public sealed class ObservedHttp1Tests : IDisposable
{
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
}
