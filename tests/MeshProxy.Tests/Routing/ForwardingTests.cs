using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Routing.Support;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.Routing;

/// <summary>What arrives at a backend and what comes back.</summary>
public sealed class ForwardingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_goes_where_its_route_says_and_the_rest_to_the_original_destination(bool isHttp2)
    {
        await using var original = await WebBackend.StartAsync("original", isHttp2);
        await using var other = await WebBackend.StartAsync("other", isHttp2);
        var route = Routes.To(other.Target) with { Matches = [Routes.Path(RouteTextKind.Prefix, "/api")] };
        await using var proxy = ProxyFixture.StartRouted(original.EndPoint, [route]);
        using var client = proxy.Client(isHttp2);
        Assert.Equal("other", await client.GetStringAsync("/api/x"));
        Assert.Equal("original", await client.GetStringAsync("/apix"));
        Assert.Equal("GET /api/x", Assert.Single(other.Asked));
        Assert.Equal("GET /apix", Assert.Single(original.Asked));
        await proxy.AssertRequestsAsync("meshproxy_http_requests_total{direction=\"outbound\",method=\"GET\",status=\"200\"} 2");
        await proxy.AssertDetectedAsync(isHttp2 ? "http2" : "http1");
        client.Dispose();
        // An HTTP/2 client of .NET may leave with a frame of ours unread, which is a reset.
        if (!isHttp2)
            await proxy.AssertEndedAsync(CloseReason.Completed);
    }

    [Fact]
    public async Task Http1_request_and_response_arrive_as_they_were_sent()
    {
        using var listener = Peer.Listen();
        await using var proxy = ProxyFixture.StartRouted(listener.LocalEndPoint!, [RouteSettings.Empty with { Name = "all" }]);
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync((
            "GET /a%2Fb/../c//d?x=%41&y=a+b HTTP/1.1\r\nHost: shop.example:81\r\n"u8
            + "X-oDd: \u00e9\r\nAccept: */*\r\ntraceparent: 00-1-2-3\r\n\r\n"u8).ToArray());
        using var server = await listener.AcceptAsync();
        var request = await ReadHeadAsync(server);
        Assert.StartsWith("GET /a%2Fb/../c//d?x=%41&y=a+b HTTP/1.1\r\n", request);
        Assert.Equal(
            ["Accept: */*", "Host: shop.example:81", $"X-oDd: {Encoding.Latin1.GetString("\u00e9"u8)}", "traceparent: 00-1-2-3"],
            request.Split("\r\n")[1..].Where(line => line.Length > 0).Order(StringComparer.Ordinal));
        await server.SendAllAsync(
            "HTTP/1.1 418 Teapot\r\nDate: long ago\r\nx-b: \u00e9\r\nX-b: 2\r\nContent-Length: 2\r\n\r\nhi"u8.ToArray());
        var response = await ReadHeadAsync(client);
        Assert.StartsWith("HTTP/1.1 418 Teapot\r\n", response);
        Assert.Contains("Date: long ago\r\n", response);
        Assert.Contains($"x-b: {Encoding.Latin1.GetString("\u00e9"u8)}\r\nx-b: 2\r\n", response);
        Assert.DoesNotContain("Server:", response, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("hi"u8.ToArray(), await client.ReadExactlyAsync(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Large_bodies_arrive_whole_both_ways(bool isHttp2)
    {
        await using var echo = await WebBackend.StartAsync(async context =>
        {
            // The client reads nothing until it has sent everything.
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
        }, isHttp2);
        await using var proxy = ProxyFixture.StartRouted(echo.EndPoint, [Routes.To(echo.Target)]);
        using var client = proxy.Client(isHttp2);
        var bytes = new byte[5_000_000];
        new Random(1).NextBytes(bytes);
        using var response = await client.PostAsync("/echo", new ByteArrayContent(bytes));
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());
        await proxy.AssertReceivedAsync(bytes.Length);
    }

    [Fact]
    public async Task Slow_reader_holds_back_its_backend_and_gets_every_byte()
    {
        const int Length = 32 * 1024 * 1024;
        var block = new byte[64 * 1024];
        long written = 0;
        await using var source = await WebBackend.StartAsync(async context =>
        {
            context.Response.ContentLength = Length;
            for (var at = 0; at < Length; at += block.Length)
            {
                await context.Response.Body.WriteAsync(block);
                Interlocked.Add(ref written, block.Length);
            }
        });
        await using var proxy = ProxyFixture.StartRouted(source.EndPoint, [Routes.To(source.Target)]);
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        await ReadHeadAsync(client);
        var before = -1L;
        while (Interlocked.Read(ref written) is var now && now != before)
        {
            before = now;
            await Task.Delay(200);
        }
        Assert.InRange(before, 0, Length - 1);
        await client.ReadExactlyAsync(Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_that_aborts_cancels_the_request_at_the_backend(bool isHttp2)
    {
        var cancelled = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            context.RequestAborted.Register(cancelled.SetResult);
            asked.SetResult();
            await cancelled.Task;
        }, isHttp2);
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        if (isHttp2)
        {
            using var client = proxy.Client(isHttp2);
            using var abort = new CancellationTokenSource();
            var request = client.GetAsync("/", abort.Token);
            await asked.Task.WaitAsync(Peer.Patience);
            await abort.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }
        else
        {
            var client = await proxy.ConnectAsync();
            await client.SendAllAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            await asked.Task.WaitAsync(Peer.Patience);
            client.Reset();
        }
        await cancelled.Task.WaitAsync(Peer.Patience);
        await proxy.AssertRequestsAsync("meshproxy_http_requests_total{direction=\"outbound\",method=\"GET\",status=\"none\"} 1");
    }

    [Fact]
    public async Task Client_that_half_closes_gets_its_answer()
    {
        await using var backend = await WebBackend.StartAsync("answer");
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        Assert.EndsWith("answer\r\n0\r\n\r\n", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
        await proxy.AssertEndedAsync(CloseReason.Completed);
    }

    [Fact]
    public async Task Upgraded_connection_carries_bytes_both_ways()
    {
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            var upgrade = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpUpgradeFeature>()!;
            context.Response.Headers.Upgrade = context.Request.Headers.Upgrade;
            await using var stream = await upgrade.UpgradeAsync();
            await stream.CopyToAsync(stream);
        });
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync((
            "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"u8
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8).ToArray());
        Assert.StartsWith("HTTP/1.1 101 ", await ReadHeadAsync(client));
        foreach (var word in (string[])["one", "two"])
        {
            await client.SendAllAsync(Encoding.ASCII.GetBytes(word));
            Assert.Equal(word, Encoding.ASCII.GetString(await client.ReadExactlyAsync(3)));
        }
    }

    [Fact]
    public async Task Grpc_call_keeps_its_messages_and_trailers()
    {
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Request.Body.CopyToAsync(context.Response.Body);
            context.Response.AppendTrailer("grpc-status", "5");
            context.Response.AppendTrailer("grpc-message", "gone");
        }, isHttp2: true);
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        using var client = proxy.Client(isHttp2: true);
        using var response = await client.SendAsync(Grpc([0, 0, 0, 0, 1, 7]));
        Assert.Equal([0, 0, 0, 0, 1, 7], await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("5", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal("gone", Assert.Single(response.TrailingHeaders.GetValues("grpc-message")));
        await proxy.AssertRequestsAsync("meshproxy_grpc_responses_total{direction=\"outbound\",grpc_status=\"5\"} 1");
    }

    [Fact]
    public async Task Route_edits_headers_and_nothing_else_does()
    {
        IHeaderDictionary? seen = null;
        await using var backend = await WebBackend.StartAsync(context =>
        {
            seen = new HeaderDictionary(context.Request.Headers.ToDictionary());
            context.Response.Headers["x-internal"] = "secret";
            context.Response.Headers["x-kept"] = "yes";
            return Task.CompletedTask;
        });
        var route = Routes.To(backend.Target) with
        {
            RequestHeaders = new RouteHeaderEdits(
                ["x-remove", "content-language"], [new("x-set", "new"), new("Host", "renamed")], [new("x-add", "more")]),
            ResponseHeaders = new RouteHeaderEdits(["x-internal"], [], [new("x-added", "yes")]),
            Forwarded = true,
        };
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [route]);
        using var client = proxy.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("x") };
        request.Headers.Add("x-remove", "1");
        request.Headers.Add("x-set", "old");
        request.Headers.Add("x-add", "one");
        request.Headers.Add("X-Forwarded-For", "192.0.2.1");
        request.Content.Headers.Add("content-language", "en");
        using var response = await client.SendAsync(request);
        Assert.False(seen!.ContainsKey("x-remove"));
        Assert.False(seen.ContainsKey("content-language"));
        Assert.Equal("new", seen["x-set"]);
        Assert.Equal("renamed", seen.Host);
        Assert.Equal("one,more", seen["x-add"].ToString().Replace(", ", ","));
        Assert.Equal("192.0.2.1, 127.0.0.1", seen["X-Forwarded-For"]);
        Assert.Equal("shop.example", seen["X-Forwarded-Host"]);
        Assert.False(response.Headers.Contains("x-internal"));
        Assert.Equal("yes", Assert.Single(response.Headers.GetValues("x-added")));
        Assert.Equal("yes", Assert.Single(response.Headers.GetValues("x-kept")));
    }

    [Fact]
    public async Task Http1_client_reaches_an_http2_backend_where_the_route_says_so()
    {
        await using var backend = await WebBackend.StartAsync(
            context => context.Response.WriteAsync(context.Request.Protocol), isHttp2: true);
        await using var proxy = ProxyFixture.StartRouted(
            backend.EndPoint, [Routes.To(backend.Target) with { Protocol = RouteProtocol.Http2 }]);
        using var client = proxy.Client();
        Assert.Equal("HTTP/2", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Server_that_speaks_first_is_heard_on_a_covered_destination()
    {
        using var listener = Peer.Listen();
        await using var proxy = ProxyFixture.StartRouted(listener.LocalEndPoint!, [Routes.To("127.0.0.1:1")]);
        using var client = await proxy.ConnectAsync();
        using var server = await listener.AcceptAsync();
        await server.SendAllAsync("220 hello\r\n"u8.ToArray());
        Assert.Equal("220 hello\r\n"u8.ToArray(), await client.ReadExactlyAsync(11));
        await proxy.AssertDetectedAsync("server_first");
    }

    [Fact]
    public async Task Original_destination_is_not_dialled_for_a_client_that_speaks_http()
    {
        using var listener = Peer.Listen();
        await using var backend = await WebBackend.StartAsync("backend");
        await using var proxy = ProxyFixture.StartRouted(listener.LocalEndPoint!, [Routes.To(backend.Target)]);
        using var client = proxy.Client();
        Assert.Equal("backend", await client.GetStringAsync("/"));
        Assert.False(listener.Poll(TimeSpan.Zero, SelectMode.SelectRead), "the original destination was dialled");
    }

    [Fact]
    public async Task Reload_changes_where_the_next_request_of_an_open_connection_goes()
    {
        await using var first = await WebBackend.StartAsync("first");
        await using var second = await WebBackend.StartAsync("second");
        await using var proxy = ProxyFixture.StartRouted(first.EndPoint, [Routes.To(first.Target)]);
        using var client = proxy.Client();
        Assert.Equal("first", await client.GetStringAsync("/"));
        proxy.Server.Apply(ProxyFixture.WithRoutes(ProxyFixture.Settings(), [Routes.To(second.Target)]));
        Assert.Equal("second", await client.GetStringAsync("/"));
        Assert.Contains("meshproxy_connections_opened_total{direction=\"outbound\"} 1", proxy.Metrics());
    }

    [Fact]
    public async Task Routes_may_come_with_a_reload()
    {
        await using var original = await WebBackend.StartAsync("original");
        await using var backend = await WebBackend.StartAsync("backend");
        await using var proxy = ProxyFixture.Start(original.EndPoint);
        using (var before = proxy.Client())
            Assert.Equal("original", await before.GetStringAsync("/"));
        proxy.Server.Apply(ProxyFixture.WithRoutes(ProxyFixture.Settings(), [Routes.To(backend.Target)]));
        using var client = proxy.Client();
        Assert.Equal("backend", await client.GetStringAsync("/"));
    }

    private static HttpRequestMessage Grpc(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/shop.Cart/AddItem")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Headers.TE.ParseAdd("trailers");
        request.Content.Headers.ContentType = new("application/grpc");
        return request;
    }

    private static async Task<string> ReadHeadAsync(Socket socket)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append(Encoding.Latin1.GetString(await socket.ReadExactlyAsync(1)));
        return head.ToString();
    }
}
