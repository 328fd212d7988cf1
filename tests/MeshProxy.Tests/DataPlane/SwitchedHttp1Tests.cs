using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>
/// A connection that has switched protocols is no request under way any more: no request's timeout ends it, and its line tells all of it.
/// </summary>
public sealed class SwitchedHttp1Tests : IDisposable
{
    private const string Upgrade = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private const string Switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private const string Connect = "CONNECT db:1 HTTP/1.1\r\nHost: db:1\r\n\r\n";
    private const string Connected = "HTTP/1.1 200 OK\r\n\r\n";

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Trait("fault", "H19")]
    [Theory]
    [InlineData(Upgrade, Switching)]
    [InlineData(Connect, Connected)]
    public async Task Timeouts_of_requests_do_not_end_a_session(string request, string response)
    {
        var short_ = TimeSpan.FromMilliseconds(200);
        var http = ProxyFixture.Http with { Timeouts = new HttpTimeouts(short_, short_, short_, short_) };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: http);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await PassAsync(client, server, request);
        await PassAsync(server, client, response);
        await Task.Delay(3 * short_);
        await PassAsync(client, server, "ping");
        await Task.Delay(3 * short_);
        await PassAsync(server, client, "pong");
    }

    [Fact]
    public async Task Session_is_no_request_in_flight_and_its_request_took_as_long_as_the_switch()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await PassAsync(client, server, Upgrade);
        await PassAsync(server, client, Switching);
        await proxy.AssertRequestsAsync("method=\"GET\",status=\"101\"} 1");
        Assert.Contains("meshproxy_http_requests_in_flight{direction=\"outbound\"} 0", proxy.Metrics());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3_000_000)]
    public async Task Line_of_a_session_has_all_its_bytes_and_says_that_it_ended_cleanly(int length)
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await PassAsync(client, server, Upgrade);
        await PassAsync(server, client, Switching);
        var words = new string('w', length);
        await PassAsync(client, server, words);
        await PassAsync(server, client, words);
        client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await server.ReadToEndAsync());
        server.Shutdown(SocketShutdown.Send);
        Assert.Empty(await client.ReadToEndAsync());
        var line = JsonDocument.Parse(await access.NextAsync()).RootElement;
        Assert.Equal(Upgrade.Length + length, line.GetProperty("request_bytes").GetInt64());
        Assert.Equal(Switching.Length + length, line.GetProperty("response_bytes").GetInt64());
        Assert.Equal("completed", line.GetProperty("end").GetString());
        Assert.Equal(101, line.GetProperty("status").GetInt32());
        Assert.Contains("method=\"GET\",status=\"101\"} 1", proxy.Metrics());
    }

    [Fact]
    public async Task Line_of_a_session_that_was_reset_says_so()
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await PassAsync(client, server, Upgrade);
        await PassAsync(server, client, Switching);
        client.Reset();
        Assert.Contains("\"end\":\"cut_off\"", await access.NextAsync());
    }

    private static async Task PassAsync(Socket from, Socket to, string text)
    {
        var reading = to.ReadExactlyAsync(text.Length);
        await from.SendAllAsync(Encoding.Latin1.GetBytes(text));
        Assert.Equal(text, Encoding.Latin1.GetString(await reading));
    }
}
