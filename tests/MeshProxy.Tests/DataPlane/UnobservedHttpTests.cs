using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http2;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>
/// Where framing is transparent and observation has given up, bytes pass, nothing of ours is put among them, and nothing is said to be
/// under way.
/// </summary>
public sealed class UnobservedHttpTests : IDisposable
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    private const string Odd = "GET /b HTTP/1.1\r\nHost : x\r\n\r\n";
    private const string None = "meshproxy_http_requests_in_flight{direction=\"outbound\"} 0";

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task No_answer_of_ours_stands_in_a_response_that_nobody_observed()
    {
        await using var proxy = Start(HttpTimeouts.Default);
        using var client = await proxy.ConnectAsync();
        var server = await _listener.AcceptAsync();
        await PassAsync(client, server, Get + Odd);
        await PassAsync(server, client, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        Assert.Contains(None, proxy.Metrics());
        server.Reset();
        Assert.Empty(await client.ReadToResetAsync());
        await proxy.AssertEndedAsync(CloseReason.UpstreamReset);
    }

    [Fact]
    public async Task No_timeout_of_http_ends_what_nobody_observes()
    {
        await using var proxy = Start(new HttpTimeouts(Short, Short, Short, Short));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await PassAsync(client, server, Get + Odd);
        await Task.Delay(3 * Short);
        await PassAsync(server, client, "HTTP/1.1 200 OK\r\n");
        await Task.Delay(3 * Short);
        await PassAsync(server, client, "Content-Length: 0\r\n\r\n");
    }

    [Fact]
    public async Task Requests_under_way_have_their_line_when_observation_gives_up()
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = Start(HttpTimeouts.Default, access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await PassAsync(client, server, Get + Odd);
        var line = await access.NextAsync();
        Assert.Contains("\"path\":\"/a\"", line);
        Assert.Contains("\"end\":\"unobserved\"", line);
    }

    [Fact]
    public async Task Streams_under_way_are_none_any_more_when_observation_of_http2_gives_up()
    {
        await using var proxy = Start(new HttpTimeouts(Short, Short, Short, Short));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await PassAsync(client, server, Encoding.Latin1.GetString([.. Frames.ClientStart, .. Frames.Get(1)]));
        await proxy.AssertRequestsAsync("requests_in_flight{direction=\"outbound\"} 1");
        await PassAsync(server, client, "this is no HTTP/2");
        await proxy.AssertRequestsAsync(None);
        await Task.Delay(3 * Short);
        await PassAsync(server, client, "nor is this");
    }

    private ProxyFixture Start(HttpTimeouts timeouts, AccessLines? access = null) => ProxyFixture.Start(
        _listener.LocalEndPoint!, http: new HttpSettings(FramingPolicy.Transparent, timeouts), access: access);

    private static async Task PassAsync(Socket from, Socket to, string text)
    {
        var reading = to.ReadExactlyAsync(text.Length);
        await from.SendAllAsync(Encoding.Latin1.GetBytes(text));
        Assert.Equal(text, Encoding.Latin1.GetString(await reading));
    }
}
