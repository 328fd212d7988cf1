using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Routing.Forwarding;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Routing.Support;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.Routing;

/// <summary>The proxy's own answers where no backend gave one.</summary>
public sealed class RoutedErrorTests
{
    [Fact]
    public async Task Refused_backend_is_502_with_its_cause_and_the_connection_goes_on()
    {
        using var closed = Peer.ClosedPort();
        await using var backend = await WebBackend.StartAsync("backend");
        var route = Routes.To(closed.LocalEndPoint!.ToString()!) with { Matches = [Routes.Path(RouteTextKind.Exact, "/gone")] };
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [route]);
        using var client = proxy.Client();
        await AssertErrorAsync(client, "/gone", HttpStatusCode.BadGateway, $"connect, {closed.LocalEndPoint}, refused");
        Assert.Equal("backend", await client.GetStringAsync("/"));
        Assert.Contains("meshproxy_connections_opened_total{direction=\"outbound\"} 1", proxy.Metrics());
    }

    [Fact]
    public async Task Grpc_call_to_a_refused_backend_gets_a_status_without_a_message()
    {
        using var closed = Peer.ClosedPort();
        await using var proxy = ProxyFixture.StartRouted(closed.LocalEndPoint!, [Routes.To(closed.LocalEndPoint!.ToString()!)]);
        using var client = proxy.Client(isHttp2: true);
        var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = new("application/grpc");
        using var response = await client.PostAsync("/a.B/C", content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("14", Assert.Single(response.Headers.GetValues("grpc-status")));
        Assert.Contains("refused", Assert.Single(response.Headers.GetValues("grpc-message")));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Request_that_takes_too_long_is_504()
    {
        await using var silent = await WebBackend.StartAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }));
        await using var proxy = ProxyFixture.StartRouted(
            silent.EndPoint, [Routes.To(silent.Target) with { Timeout = TimeSpan.FromSeconds(1) }]);
        using var client = proxy.Client();
        await AssertErrorAsync(client, "/", HttpStatusCode.GatewayTimeout, $"response, {silent.Target}, timed out");
        await proxy.AssertRequestsAsync("method=\"GET\",status=\"504\"} 1");
    }

    [Fact]
    public async Task Response_that_takes_too_long_after_it_has_begun_is_cut_off()
    {
        await using var slow = await WebBackend.StartAsync(async context =>
        {
            if (context.Request.Path == "/first")
                return;
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
        });
        await using var proxy = ProxyFixture.StartRouted(
            slow.EndPoint, [Routes.To(slow.Target) with { Timeout = TimeSpan.FromSeconds(3) }]);
        using var client = proxy.Client();
        // What is slow the first time must not take the time that the response needs to begin.
        await client.GetStringAsync("/first");
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/"));
        await proxy.AssertEndedAsync(CloseReason.RequestTimeout);
    }

    [Fact]
    public async Task Upgraded_connection_is_cut_by_no_timeout_of_requests()
    {
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            context.Response.Headers.Upgrade = context.Request.Headers.Upgrade;
            await using var stream = await context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpUpgradeFeature>()!.UpgradeAsync();
            await stream.CopyToAsync(stream);
        });
        var limit = TimeSpan.FromMilliseconds(500);
        var retries = RouteRetries.Default with { PerTryTimeout = limit };
        await using var proxy = ProxyFixture.StartRouted(
            backend.EndPoint, [Routes.To(backend.Target) with { Timeout = limit, Retries = retries }],
            settings => settings with
            {
                Outbound = settings.Outbound with
                {
                    Http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { StreamIdle = limit, Request = limit } },
                },
            });
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync((
            "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"u8
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nearly"u8).ToArray());
        var head = "";
        while (!head.EndsWith("\r\n\r\n"))
            head += (char)(await client.ReadExactlyAsync(1))[0];
        Assert.StartsWith("HTTP/1.1 101 ", head);
        Assert.Equal("early"u8.ToArray(), await client.ReadExactlyAsync(5));
        await Task.Delay(3 * limit);
        await client.SendAllAsync("late"u8.ToArray());
        Assert.Equal("late"u8.ToArray(), await client.ReadExactlyAsync(4));
    }

    [Fact]
    public async Task Try_that_took_too_long_is_not_blamed_for_a_later_end()
    {
        var tries = 0;
        var hasBegun = new TaskCompletionSource();
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref tries) == 1)
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
            if (context.Request.Path != "/cut")
                return;
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            await hasBegun.Task;
            context.Abort();
        });
        var retries = RouteRetries.Default with { PerTryTimeout = TimeSpan.FromSeconds(2) };
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target) with { Retries = retries }]);
        using var client = proxy.Client();
        Assert.True((await client.GetAsync("/")).IsSuccessStatusCode);
        using var cut = await client.GetAsync("/cut", HttpCompletionOption.ResponseHeadersRead);
        hasBegun.SetResult();
        await Assert.ThrowsAnyAsync<Exception>(() => cut.Content.ReadAsByteArrayAsync());
        await proxy.AssertEndedAsync(CloseReason.RequestRefused);
        Assert.Contains("meshproxy_connections_opened_total{direction=\"outbound\"} 1", proxy.Metrics());
    }

    [Fact]
    public async Task Switch_that_nobody_asked_for_is_a_bad_response()
    {
        using var listener = Peer.Listen();
        var route = Routes.To(listener.LocalEndPoint!.ToString()!) with { Retries = RouteRetries.Default with { Limit = 0 } };
        await using var proxy = ProxyFixture.StartRouted(listener.LocalEndPoint!, [route]);
        using var client = proxy.Client();
        var request = client.GetAsync("/");
        using var server = await listener.AcceptAsync();
        await server.ReadExactlyAsync(10);
        await server.SendAllAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"u8.ToArray());
        using var response = await request;
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("bad response", Assert.Single(response.Headers.GetValues("meshproxy-error")));
    }

    [Fact]
    public async Task Reload_of_the_connect_timeout_holds_for_the_next_connection_to_a_backend()
    {
        // Nobody accepts, and there is room for one: the next one's SYN is not answered.
        using var full = Peer.Listen(backlog: 0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!);
        await using var backend = await WebBackend.StartAsync("x");
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        using var client = proxy.Client();
        await client.GetStringAsync("/");
        var impatient = ProxyFixture.Tcp with { ConnectTimeout = TimeSpan.FromMilliseconds(100) };
        var target = full.LocalEndPoint!.ToString()!;
        proxy.Server.Apply(ProxyFixture.WithRoutes(
            ProxyFixture.Settings(impatient), [Routes.To(target) with { Retries = RouteRetries.Default with { Limit = 0 } }]));
        var began = System.Diagnostics.Stopwatch.StartNew();
        await AssertErrorAsync(client, "/", HttpStatusCode.GatewayTimeout, $"connect, {target}, timed out");
        Assert.True(began.Elapsed < ProxyFixture.Tcp.ConnectTimeout, $"{began.Elapsed}");
    }

    [Fact]
    public async Task Long_poll_is_cut_by_nobody_who_was_not_asked_to()
    {
        await using var slow = await WebBackend.StartAsync(async context =>
        {
            await Task.Delay(3000);
            await context.Response.WriteAsync("late");
        });
        await using var proxy = ProxyFixture.StartRouted(slow.EndPoint, [Routes.To(slow.Target)]);
        using var client = proxy.Client();
        Assert.Equal("late", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Backend_that_egress_denies_is_403()
    {
        await using var backend = await WebBackend.StartAsync("denied");
        var block = new EgressBlock(IPNetwork.Parse("127.0.0.1/32"), ImmutableArray<IPNetwork>.Empty);
        var network = new EgressNetwork("test", [block], TrafficPolicy.Deny, [], []);
        await using var proxy = ProxyFixture.StartRouted(
            new IPEndPoint(IPAddress.Parse("127.0.0.2"), 80), [Routes.To(backend.Target)],
            settings => settings with { Egress = new EgressSettings([network], TrafficPolicy.Allow) });
        using var client = proxy.Client();
        await AssertErrorAsync(client, "/", HttpStatusCode.Forbidden, $"connect, {backend.Target}, denied by egress policy");
        Assert.Empty(backend.Asked);
    }

    [Fact]
    public async Task Backend_that_is_the_proxy_itself_is_a_loop()
    {
        await using var backend = await WebBackend.StartAsync("backend");
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        var own = proxy.Endpoint().ToString();
        proxy.Server.Apply(ProxyFixture.WithRoutes(ProxyFixture.Settings(), [Routes.To(own)]));
        using var client = proxy.Client();
        await AssertErrorAsync(client, "/", HttpStatusCode.BadGateway, $"connect, {own}, loop");
    }

    [Fact]
    public async Task Name_that_stands_for_the_proxy_itself_is_a_loop()
    {
        await using var backend = await WebBackend.StartAsync("backend");
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        proxy.Server.Apply(ProxyFixture.WithRoutes(ProxyFixture.Settings(), [Routes.To($"localhost:{proxy.Endpoint().Port}")]));
        using var client = proxy.Client();
        using var response = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.EndsWith($":{proxy.Endpoint().Port}, loop", Assert.Single(response.Headers.GetValues("meshproxy-error")));
    }

    [Fact]
    public async Task Name_without_an_address_is_503()
    {
        await using var proxy = ProxyFixture.StartRouted(new IPEndPoint(IPAddress.Loopback, 1), [Routes.To("no-such-name.invalid:80")]);
        using var client = proxy.Client();
        await AssertErrorAsync(client, "/", HttpStatusCode.ServiceUnavailable, "connect, 127.0.0.1:1, no address");
    }

    [Fact]
    public async Task Request_waits_for_the_first_answer_about_a_name()
    {
        await using var backend = await WebBackend.StartAsync("named");
        await using var proxy = ProxyFixture.StartRouted(
            new IPEndPoint(IPAddress.Loopback, 1), [Routes.To($"localhost:{backend.EndPoint.Port}")]);
        using var client = proxy.Client();
        Assert.Equal("named", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Drain_lets_a_request_finish_and_tells_its_client_to_close()
    {
        var asked = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            if (context.Request.Path == "/idle")
                return;
            asked.SetResult();
            await go.Task;
            await context.Response.WriteAsync("finished");
        });
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        using var client = proxy.Client();
        using var idle = await proxy.ConnectAsync();
        await idle.SendAllAsync("GET /idle HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        await idle.ReadExactlyAsync(1);
        var request = client.GetAsync("/");
        await asked.Task.WaitAsync(Peer.Patience);
        var stopped = proxy.Server.StopAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        // The end of the idle connection says that the drain has reached its loop.
        await idle.ReadToEndAsync();
        go.SetResult();
        using var response = await request;
        Assert.Equal("finished", await response.Content.ReadAsStringAsync());
        Assert.True(response.Headers.ConnectionClose);
        await stopped.WaitAsync(Peer.Patience);
        Assert.Equal(DrainState.Stopped, proxy.Server.State);
    }

    [Fact]
    public async Task Drain_ends_idle_connections_at_once()
    {
        await using var backend = await WebBackend.StartAsync("x");
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        using var http1 = proxy.Client();
        using var http2 = proxy.Client(isHttp2: true);
        await http1.GetStringAsync("/");
        await using var second = await WebBackend.StartAsync("x", isHttp2: true);
        proxy.Server.Apply(ProxyFixture.WithRoutes(ProxyFixture.Settings(), [Routes.To(second.Target)]));
        await http2.GetStringAsync("/");
        await proxy.Server.StopAsync(TimeSpan.FromSeconds(30), CancellationToken.None).WaitAsync(Peer.Patience);
        Assert.Equal(0, proxy.Closed(CloseReason.ShutdownDeadline));
    }

    [Theory]
    [InlineData(
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, CloseReason.RequestRefused,
        "duplicate-content-length")]
    [InlineData("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, CloseReason.RequestRefused, "space-before-colon")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nCookie: 64K\r\n\r\n", 431, CloseReason.RequestRefused, "head-too-large")]
    [InlineData("GET /64K HTTP/1.1\r\nHost: a\r\n\r\n", 414, CloseReason.RequestRefused, "target-too-long")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", 408, CloseReason.RequestHeadTimeout, "request head took too long")]
    [InlineData("GET /\u00fc HTTP/1.1\r\nHost: a\r\n\r\n", 400, CloseReason.RequestRefused, "bad-target")]
    [InlineData("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, CloseReason.RequestRefused, "refused")]
    public async Task Request_that_nobody_could_read_is_counted_and_told_as_where_it_is_observed(
        string request, int status, CloseReason reason, string cause)
    {
        await using var backend = await WebBackend.StartAsync("backend");
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)], WithShortHeads, access: access);
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        Assert.Contains("\"end\":\"completed\"", await access.NextAsync());
        await client.SendAllAsync(Encoding.Latin1.GetBytes(request.Replace("64K", new string('c', 65536))));
        var answer = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.Matches($"HTTP/1.1 {status} [A-Za-z ]+\r\nmeshproxy-error: request, {cause}\r\n[^\\0]*\r\n\r\n$", answer);
        Assert.Equal(2, answer.Split("HTTP/1.1 ").Length - 1);
        client.Dispose();
        await proxy.AssertRequestsAsync($"meshproxy_http_requests_total{{direction=\"outbound\",method=\"OTHER\",status=\"{status}\"}} 1");
        await proxy.AssertRequestsAsync("method=\"GET\",status=\"200\"} 1");
        var line = await access.NextAsync();
        Assert.Contains($"\"status\":{status}", line);
        Assert.Contains($"\"target\":\"{backend.EndPoint}\"", line);
        Assert.Contains("\"end\":\"refused\"", line);
        await proxy.AssertEndedAsync(reason);

        static ProxySettings WithShortHeads(ProxySettings settings) => settings with
        {
            Outbound = settings.Outbound with
            {
                Http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { RequestHead = TimeSpan.FromSeconds(1) } },
            },
        };
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, 502, "refused")]
    [InlineData(SocketError.TimedOut, 504, "timed out")]
    [InlineData(SocketError.HostUnreachable, 502, "unreachable")]
    [InlineData(SocketError.TooManyOpenSockets, 503, "out of descriptors or memory")]
    public void Connection_that_cannot_be_made_is_told_by_its_cause_and_may_be_repeated(SocketError error, int status, string cause)
    {
        var failure = new HttpRequestException(HttpRequestError.ConnectionError, null, new SocketException((int)error));
        Assert.Equal(new UpstreamFailure(status, "connect", cause, WasSent: false), UpstreamFailure.From(failure));
    }

    private static async Task AssertErrorAsync(HttpClient client, string path, HttpStatusCode status, string cause)
    {
        using var response = await client.GetAsync(path);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(cause, Assert.Single(response.Headers.GetValues("meshproxy-error")));
    }
}
