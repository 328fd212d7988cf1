using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http2;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>HTTP/1 that is switched to HTTP/2 (h2c) is no tunnel: followed, counted and bounded as with prior knowledge.</summary>
public sealed class UpgradedHttp2Tests : IDisposable
{
    private const string Upgrade =
        "GET /first HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n";

    private const string Switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Theory, Trait("fault", "H7")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Streams_pass_unchanged_and_are_counted_the_first_among_them(bool atOnce)
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        byte[] request = Encoding.ASCII.GetBytes(Upgrade);
        byte[] start = [.. Frames.ClientStart, .. Frames.Get(3, "/second")];
        await client.SendAllAsync(atOnce ? [.. request, .. start] : request);
        Assert.Equal(request, await server.ReadExactlyAsync(request.Length));
        var first = Frames.Headers(1, Frames.EndStream, (":status", "200"));
        await PassAsync(server, client, [.. Encoding.ASCII.GetBytes(Switching), .. Frames.Settings(), .. first]);
        if (!atOnce)
            await client.SendAllAsync(start);
        Assert.Equal(start, await server.ReadExactlyAsync(start.Length));
        await PassAsync(server, client, Frames.Headers(3, Frames.EndStream, (":status", "404")));
        Assert.Contains("\"path\":\"/first\"", await access.NextAsync());
        Assert.Contains("\"path\":\"/second\"", await access.NextAsync());
        Assert.Contains("method=\"GET\",status=\"200\"} 1", proxy.Metrics());
        Assert.Contains("method=\"GET\",status=\"404\"} 1", proxy.Metrics());
        Assert.Contains("meshproxy_http_requests_in_flight{direction=\"outbound\"} 0", proxy.Metrics());
        client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await server.ReadToEndAsync());
        server.Shutdown(SocketShutdown.Send);
        Assert.Empty(await client.ReadToEndAsync());
        await proxy.AssertEndedAsync(CloseReason.Completed);
    }

    [Fact, Trait("fault", "H7")]
    public async Task Flood_in_an_upgraded_connection_ends_in_goaway()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SwitchAsync(client, server);
        await client.SendAllAsync((byte[])[.. Frames.ClientStart, .. Enumerable.Repeat(Frames.Ping(), 5000).SelectMany(ping => ping)]);
        Assert.Contains("too-many-pings", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
        await proxy.AssertEndedAsync(CloseReason.Flood);
    }

    [Fact, Trait("fault", "H7")]
    public async Task What_is_no_preface_does_not_pass_behind_the_switch()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SwitchAsync(client, server);
        await client.SendAllAsync("GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray());
        Assert.Contains("bad-preface", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
        await proxy.AssertEndedAsync(CloseReason.RequestRefused);
        Assert.Empty(await server.ReadToResetAsync());
    }

    [Fact]
    public async Task Stream_whose_server_is_gone_is_answered_in_an_upgraded_connection_too()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await SwitchAsync(client, server);
        await PassAsync(client, server, [.. Frames.ClientStart, .. Frames.Get(3)]);
        await PassAsync(server, client, Frames.Headers(1, Frames.EndStream, (":status", "200")));
        server.Reset();
        Assert.Contains("502", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
        await proxy.AssertEndedAsync(CloseReason.UpstreamReset);
    }

    private static async Task SwitchAsync(Socket client, Socket server)
    {
        await PassAsync(client, server, Encoding.ASCII.GetBytes(Upgrade));
        await PassAsync(server, client, [.. Encoding.ASCII.GetBytes(Switching), .. Frames.Settings()]);
    }

    private static async Task PassAsync(Socket from, Socket to, byte[] bytes)
    {
        await from.SendAllAsync(bytes);
        Assert.Equal(bytes, await to.ReadExactlyAsync(bytes.Length));
    }
}
