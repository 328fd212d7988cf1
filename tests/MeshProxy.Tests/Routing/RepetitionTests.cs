using System.Net;
using System.Net.Sockets;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Routing.Support;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.Routing;

/// <summary>What is sent again, and what never is.</summary>
public sealed class RepetitionTests
{
    private static readonly RouteRetries Quick = RouteRetries.Default with { Limit = 3, Backoff = TimeSpan.Zero, BudgetFloor = 1000 };

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Refused_connection_is_repeated_elsewhere_whatever_the_method(string method)
    {
        using var closed = Peer.ClosedPort();
        await using var backend = await WebBackend.StartAsync(context => context.Request.Body.CopyToAsync(context.Response.Body));
        await using var proxy = ProxyFixture.StartRouted(
            backend.EndPoint, [Routes.To(closed.LocalEndPoint!.ToString()!, backend.Target) with { Retries = Quick }]);
        using var client = proxy.Client();
        for (var request = 0; request < 20; request++)
        {
            using var message = new HttpRequestMessage(new HttpMethod(method), "/")
            {
                Content = method == "POST" ? new StringContent("hello") : null,
            };
            using var response = await client.SendAsync(message);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(method == "POST" ? "hello" : "", await response.Content.ReadAsStringAsync());
        }
        Assert.DoesNotContain("meshproxy_http_retries_total{direction=\"outbound\"} 0", proxy.Metrics());
    }

    [Theory]
    [InlineData("GET", null, 2)]
    [InlineData("PUT", "body", 2)]
    [InlineData("POST", "body", 1)]
    [InlineData("POST", "", 1)]
    [InlineData("POST", null, 1)]
    [InlineData("PATCH", "body", 1)]
    [Trait("fault", "T24")]
    public async Task Request_that_may_have_arrived_is_repeated_only_where_it_is_idempotent(string method, string? body, int arrivals)
    {
        using var rude = new RudeServer(answersBefore: 0);
        await using var proxy = ProxyFixture.StartRouted(
            rude.EndPoint, [Routes.To(rude.Target) with { Retries = Quick with { Limit = 1 } }]);
        await AssertArrivalsAsync(proxy, rude, method, body, arrivals);
    }

    [Theory]
    [InlineData("POST", "body")]
    [InlineData("POST", "")]
    [InlineData("POST", null)]
    [Trait("fault", "T24")]
    public async Task Post_is_sent_once_also_on_a_connection_that_was_used_before(string method, string? body)
    {
        using var rude = new RudeServer(answersBefore: 1);
        await using var proxy = ProxyFixture.StartRouted(rude.EndPoint, [Routes.To(rude.Target) with { Retries = Quick }]);
        using (var client = proxy.Client())
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        rude.Forget();
        await AssertArrivalsAsync(proxy, rude, method, body, 1);
    }

    [Fact]
    public async Task Post_is_repeated_where_the_route_says_so_with_its_body()
    {
        var tries = 0;
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var text = await reader.ReadToEndAsync();
            context.Response.StatusCode = ++tries % 2 == 1 ? 503 : 200;
            await context.Response.WriteAsync(text);
        });
        var retries = Quick with { Methods = ["POST"], Statuses = [503] };
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target) with { Retries = retries }]);
        using var client = proxy.Client();
        var body = new string('x', 60_000);
        using var response = await client.PostAsync("/", new StringContent(body));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(2, backend.Asked.Count);
    }

    [Fact]
    public async Task Body_beyond_the_bound_is_not_repeated()
    {
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 503;
        });
        await using var proxy = ProxyFixture.StartRouted(
            backend.EndPoint, [Routes.To(backend.Target) with { Retries = Quick with { Statuses = [503], BodyBytes = 1000 } }]);
        using var client = proxy.Client();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.PutAsync("/", new ByteArrayContent(new byte[1001]))).StatusCode);
        Assert.Single(backend.Asked);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.PutAsync("/", new ByteArrayContent(new byte[1000]))).StatusCode);
        Assert.Equal(1 + 4, backend.Asked.Count);
    }

    [Fact]
    public async Task Status_is_repeated_and_the_last_answer_is_passed_on_whole()
    {
        await using var backend = await WebBackend.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers["x-own"] = "yes";
            return context.Response.WriteAsync("sorry");
        });
        await using var proxy = ProxyFixture.StartRouted(
            backend.EndPoint, [Routes.To(backend.Target) with { Retries = Quick with { Limit = 2, Statuses = [503] } }]);
        using var client = proxy.Client();
        using var response = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("sorry", await response.Content.ReadAsStringAsync());
        Assert.True(response.Headers.Contains("x-own"));
        Assert.Equal(3, backend.Asked.Count);
        Assert.Contains("meshproxy_http_retries_total{direction=\"outbound\"} 2", proxy.Metrics());
    }

    [Fact]
    public async Task Spent_budget_ends_repetition_and_is_counted()
    {
        await using var backend = await WebBackend.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        var none = Quick with { Statuses = [503], BudgetFloor = 0, BudgetPercent = 0 };
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target) with { Retries = none }]);
        using var client = proxy.Client();
        await client.GetAsync("/");
        Assert.Single(backend.Asked);
        Assert.Contains("meshproxy_http_retries_denied_total{direction=\"outbound\"} 1", proxy.Metrics());
    }

    [Fact]
    public async Task Grpc_status_without_a_message_is_repeated_where_it_is_listed()
    {
        var tries = 0;
        await using var backend = await WebBackend.StartAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = ++tries < 3 ? "14" : "0";
            return Task.CompletedTask;
        }, isHttp2: true);
        await using var proxy = ProxyFixture.StartRouted(
            backend.EndPoint, [Routes.To(backend.Target) with { Retries = Quick with { GrpcStatuses = [14] } }]);
        using var client = proxy.Client(isHttp2: true);
        var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = new("application/grpc");
        using var response = await client.PostAsync("/a.B/C", content);
        Assert.Equal("0", Assert.Single(response.Headers.GetValues("grpc-status")));
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task Try_that_takes_too_long_is_repeated()
    {
        var tries = 0;
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref tries) == 1)
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
            await context.Response.WriteAsync("second");
        });
        await using var proxy = ProxyFixture.StartRouted(
            backend.EndPoint, [Routes.To(backend.Target) with { Retries = Quick with { PerTryTimeout = TimeSpan.FromSeconds(2) } }]);
        using var client = proxy.Client();
        Assert.Equal("second", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Failing_backend_is_ejected_and_shown_as_such()
    {
        await using var bad = await WebBackend.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using var good = await WebBackend.StartAsync("good");
        var route = Routes.To(bad.Target, good.Target) with
        {
            Ejection = new RouteEjection(3, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)),
        };
        await using var proxy = ProxyFixture.StartRouted(good.EndPoint, [route]);
        using var client = proxy.Client();
        for (var request = 0; request < 100; request++)
            await client.GetAsync("/");
        Assert.Equal(3, bad.Asked.Count);
        var state = Assert.Single(proxy.Server.Routes);
        Assert.Equal(BackendCondition.Ejected, state.Upstreams.Single(upstream => upstream.Target == bad.Target).Condition);
        Assert.Contains("meshproxy_backend_ejections_total{direction=\"outbound\"} 1", proxy.Metrics());
        Assert.Contains($"target=\"{bad.Target} {bad.Target}\"}} 2", proxy.Metrics());
    }

    [Fact]
    public async Task Backend_that_asks_to_be_left_alone_is()
    {
        await using var busy = await WebBackend.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "60";
            return Task.CompletedTask;
        });
        await using var idle = await WebBackend.StartAsync("idle");
        await using var proxy = ProxyFixture.StartRouted(idle.EndPoint, [Routes.To(busy.Target, idle.Target)]);
        using var client = proxy.Client();
        for (var request = 0; request < 50; request++)
            await client.GetAsync("/");
        Assert.Single(busy.Asked);
    }

    [Theory]
    [InlineData(true, false, 5)]
    [InlineData(true, false, 40_000)]
    [InlineData(true, true, 40_000)]
    [InlineData(false, false, 5)]
    [InlineData(false, false, 40_000)]
    [InlineData(false, true, 40_000)]
    public async Task Request_that_a_backend_says_it_did_not_process_is_sent_again_with_its_body(bool saysGoAway, bool atHead, int length)
    {
        foreach (var isRouted in (bool[])[true, false])
        {
            using var server = new ReluctantServer(saysGoAway, atHead);
            var route = isRouted ? Routes.To(server.Target) : Routes.To("127.0.0.1:1") with { Hosts = ["elsewhere"] };
            await using var proxy = ProxyFixture.StartRouted(server.EndPoint, [route with { Retries = Quick with { Limit = 0 } }]);
            using var client = proxy.Client(isHttp2: true);
            var body = new byte[length];
            new Random(1).NextBytes(body);
            using var response = await client.PostAsync("/a.B/C", new ByteArrayContent(body));
            Assert.True(response.IsSuccessStatusCode, response.ToString());
            Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
            Assert.Equal(1, server.Processed);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_that_is_not_processed_while_its_body_still_comes_is_sent_again(bool saysGoAway)
    {
        using var server = new ReluctantServer(saysGoAway, atHead: true);
        await using var proxy = ProxyFixture.StartRouted(server.EndPoint, [Routes.To(server.Target)]);
        using var client = proxy.Client(isHttp2: true);
        var body = new byte[3000];
        new Random(1).NextBytes(body);
        using var response = await client.PostAsync("/a.B/C", new TwoPartContent(body[..1000], server.AsksAgain, body[1000..]));
        Assert.True(response.IsSuccessStatusCode, response.ToString());
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(1, server.Processed);
    }

    [Fact]
    public async Task Backend_that_resets_while_a_body_comes_is_to_blame_and_not_the_client()
    {
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[1000]);
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResetFeature>()!.Reset(2);
        }, isHttp2: true);
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        using var client = proxy.Client(isHttp2: true);
        var never = new TaskCompletionSource();
        using var response = await client.PostAsync("/", new TwoPartContent(new byte[1000], never.Task, []));
        never.SetResult();
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Fact]
    public async Task Body_of_a_request_that_is_answered_while_it_comes_is_repeated_from_its_beginning()
    {
        var secondTry = new TaskCompletionSource();
        var tries = 0;
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref tries) == 1)
            {
                await context.Request.Body.ReadExactlyAsync(new byte[1000]);
                context.Response.StatusCode = 503;
                return;
            }
            secondTry.TrySetResult();
            await context.Request.Body.CopyToAsync(context.Response.Body);
        }, isHttp2: true);
        var retries = Quick with { Methods = ["POST"], Statuses = [503] };
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target) with { Retries = retries }]);
        using var client = proxy.Client(isHttp2: true);
        var body = new byte[3000];
        new Random(1).NextBytes(body);
        using var response = await client.PostAsync("/", new TwoPartContent(body[..1000], secondTry.Task, body[1000..]));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
    }

    private static async Task AssertArrivalsAsync(ProxyFixture proxy, RudeServer rude, string method, string? body, int arrivals)
    {
        using var client = proxy.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/") { Content = body is null ? null : new StringContent(body) };
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.StartsWith("response, ", Assert.Single(response.Headers.GetValues("meshproxy-error")));
        Assert.Equal(arrivals, rude.Arrived);
    }
}
