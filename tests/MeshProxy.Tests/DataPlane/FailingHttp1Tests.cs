using System.Net.Sockets;
using System.Text;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;
using static MeshProxy.Tests.DataPlane.Support.TextExchange;

namespace MeshProxy.Tests.DataPlane;

/// <summary>Upstreams that fail in the middle of HTTP/1: an answer where one can still be given, and never a forged end.</summary>
public sealed class FailingHttp1Tests : IDisposable
{
    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

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
}
