using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http2;
using MeshProxy.Tests.Routing.Support;
using MeshProxy.Values;

namespace MeshProxy.Tests.Routing;

/// <summary>Which fields end at the proxy, and which do not (docs/routes.md, "What termination changes").</summary>
public sealed class HopHeaderTests
{
    [Theory]
    [InlineData("Upgrade-Insecure-Requests: 1")]
    [InlineData("Proxy-Authorization: Basic eDp5")]
    [InlineData("Proxy-Authenticate: Basic")]
    [InlineData("Alt-Svc: clear")]
    [InlineData("Close: yes")]
    [InlineData("ALPN: h2")]
    public async Task Field_passes_both_ways(string field)
    {
        var (request, response) = await ExchangeAsync($"{field}\r\n", $"{field}\r\n");
        Assert.Contains($"\r\n{field}\r\n", request, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"\r\n{field}\r\n", response, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Trailers_may_be_asked_for_through_the_proxy()
    {
        var (request, _) = await ExchangeAsync("TE: gzip;q=0.5, trailers\r\nConnection: TE\r\n", "");
        Assert.Contains("\r\nTE: trailers\r\n", request);
        Assert.Contains("\r\nConnection: TE\r\n", request);
        Assert.DoesNotContain("gzip", request);
    }

    [Fact]
    public async Task What_connection_names_ends_at_the_proxy()
    {
        const string Fields =
            "Connection: X-Hop, content-language\r\nX-Hop: 1\r\nContent-Language: en\r\nX-Kept: 2\r\nKeep-Alive: timeout=9\r\n";
        var (request, response) = await ExchangeAsync(Fields + "Proxy-Connection: keep-alive\r\nHTTP2-Settings: x\r\n", Fields);
        foreach (var head in (string[])[request, response])
        {
            Assert.Contains("\r\nX-Kept: 2\r\n", head);
            Assert.DoesNotContain("X-Hop", head);
            Assert.DoesNotContain("Content-Language", head);
            Assert.DoesNotContain("Keep-Alive", head, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("HTTP2-Settings", head);
        }
    }

    [Theory]
    [InlineData("Authorization: Bearer x")]
    [InlineData("Cookie: a=b")]
    [InlineData("X-Forwarded-For: 192.0.2.1")]
    [InlineData("Forwarded: for=192.0.2.1")]
    public async Task Nobody_makes_the_proxy_drop_what_others_decide_by(string field)
    {
        var (request, _) = await ExchangeAsync($"Connection: close, {field[..field.IndexOf(':')]}\r\n{field}\r\n", "");
        Assert.Contains($"\r\n{field}\r\n", request);
    }

    [Fact]
    public async Task Response_trailers_pass_without_what_must_not_be_one()
    {
        using var listener = Peer.Listen();
        await using var proxy = ProxyFixture.StartRouted(
            listener.LocalEndPoint!, [RouteSettings.Empty with { Name = "all", Protocol = RouteProtocol.Http1 }]);
        using var client = proxy.Client(isHttp2: true);
        var asked = client.GetAsync("/");
        using var server = await listener.AcceptAsync();
        await ReadHeadAsync(server);
        await server.SendAllAsync((
            "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"u8
            + "X-Sum: 7\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nAuthorization: x\r\nHost: y\r\n\r\n"u8).ToArray());
        using var response = await asked;
        Assert.Equal("hi", await response.Content.ReadAsStringAsync());
        Assert.Equal("X-Sum", Assert.Single(response.TrailingHeaders).Key, ignoreCase: true);
    }

    [Theory]
    [InlineData("x-a", "b\r\nX-Smuggled: 1")]
    [InlineData("x-a", "b\nX-Smuggled: 1")]
    [InlineData("x-a", "b\0c")]
    [InlineData("x-a: b\r\nx-smuggled", "1")]
    [InlineData("x a", "b")]
    [InlineData("x:a", "b")]
    [InlineData("X-Upper", "b")]
    [InlineData("", "b")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("connection", "close")]
    [InlineData("te", "gzip")]
    [InlineData(":path", "/other")]
    [InlineData(":other", "x")]
    [InlineData("content-length", "5")]
    [InlineData("keep-alive", "x")]
    [InlineData("proxy-connection", "x")]
    [InlineData("upgrade", "x")]
    public async Task Nothing_in_http2_fields_gets_into_an_http1_request(string name, string value)
    {
        await using var backend = await WebBackend.StartAsync(context => context.Request.Body.CopyToAsync(Stream.Null));
        await using var proxy = ProxyFixture.StartRouted(
            backend.EndPoint, [Routes.To(backend.Target) with { Protocol = RouteProtocol.Http1 }]);
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync((byte[])[
            .. Frames.ClientStart,
            .. Frames.Headers(1, 0, (":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "h"), (name, value)),
            .. Frames.Data(1, 1, Frames.EndStream)]);
        byte type;
        do
            (type, _, _) = await client.ReadFrameAsync();
        while (type is not (Frames.ResetType or Frames.GoAwayType or Frames.HeadersType));
        Assert.NotEqual(Frames.HeadersType, type);
        Assert.DoesNotContain("POST /other", backend.Asked);
    }

    private static async Task<(string Request, string Response)> ExchangeAsync(string requestFields, string responseFields)
    {
        using var listener = Peer.Listen();
        await using var proxy = ProxyFixture.StartRouted(listener.LocalEndPoint!, [RouteSettings.Empty with { Name = "all" }]);
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync(Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: x\r\n{requestFields}\r\n"));
        using var server = await listener.AcceptAsync();
        var request = await ReadHeadAsync(server);
        await server.SendAllAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{responseFields}\r\n"));
        return (request, await ReadHeadAsync(client));
    }

    private static async Task<string> ReadHeadAsync(Socket socket)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append(Encoding.Latin1.GetString(await socket.ReadExactlyAsync(1)));
        return head.ToString();
    }
}
