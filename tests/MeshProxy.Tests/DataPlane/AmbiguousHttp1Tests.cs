using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;
using static MeshProxy.Tests.DataPlane.Support.TextExchange;

namespace MeshProxy.Tests.DataPlane;

/// <summary>Requests that two recipients could read differently: refused before a byte of them passes, or relayed unseen.</summary>
public sealed class AmbiguousHttp1Tests : IDisposable
{
    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

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
}
