using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;
using static MeshProxy.Tests.DataPlane.Support.TextExchange;

namespace MeshProxy.Tests.DataPlane;

/// <summary>The timeouts of observed HTTP/1.</summary>
public sealed class TimedHttp1Tests : IDisposable
{
    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

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
}
