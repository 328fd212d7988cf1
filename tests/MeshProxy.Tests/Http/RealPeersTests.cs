using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.Http;

/// <summary>.NET's own client and Kestrel talk through the observers as if they were not there.</summary>
public sealed class RealPeersTests : IAsyncLifetime
{
    private readonly WebApplication _server = BuildServer();

    public Task InitializeAsync() => _server.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_of_every_kind_arrive_and_are_told(bool isHttp2)
    {
        using var relay = new ObservedRelay(EndpointOf(isHttp2), isHttp2);
        using var client = Client(relay, isHttp2);
        var completed = isHttp2 ? " Completed" : "";
        for (var round = 0; round < 30; round++)
        {
            Assert.Equal("hello", await client.GetStringAsync($"/hello?round={round}"));
            Assert.Equal("GET 200" + completed, Take(relay));
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/missing")).StatusCode);
            Assert.Equal("GET 404" + completed, Take(relay));
            Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/nothing")).StatusCode);
            Assert.Equal("DELETE 204" + completed, Take(relay));
            using var head = await client.SendAsync(Request(HttpMethod.Head, "/hello", isHttp2));
            Assert.Equal(5, head.Content.Headers.ContentLength);
            Assert.Equal("HEAD 200" + completed, Take(relay));
        }
        Assert.Empty(relay.Said);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Large_bodies_both_ways_arrive_whole(bool isHttp2)
    {
        using var relay = new ObservedRelay(EndpointOf(isHttp2), isHttp2);
        using var client = Client(relay, isHttp2);
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        foreach (var isChunked in new[] { false, true })
        {
            using var request = Request(HttpMethod.Post, "/echo", isHttp2);
            request.Content = new ByteArrayContent(bytes);
            request.Headers.TransferEncodingChunked = isChunked;
            request.Headers.ExpectContinue = isChunked;
            using var response = await client.SendAsync(request);
            Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());
            Assert.StartsWith("POST 200", Take(relay));
        }
        Assert.Empty(relay.Said);
    }

    [Fact]
    public async Task Grpc_trailers_are_told_and_arrive()
    {
        using var relay = new ObservedRelay(EndpointOf(isHttp2: true), isHttp2: true);
        using var client = Client(relay, isHttp2: true);
        using var response = await client.PostAsync("/grpc", Grpc());
        Assert.Equal("message", await response.Content.ReadAsStringAsync());
        Assert.Equal("9", response.TrailingHeaders.GetValues("grpc-status").Single());
        Assert.Equal("POST 200 Completed grpc 9", Take(relay));
        using var only = await client.PostAsync("/grpc-trailers-only", Grpc());
        Assert.Equal("POST 200 Completed grpc 12", Take(relay));
    }

    [Fact]
    public async Task Many_streams_at_once_and_a_cancelled_one_are_told()
    {
        using var relay = new ObservedRelay(EndpointOf(isHttp2: true), isHttp2: true);
        using var client = Client(relay, isHttp2: true);
        var answers = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => client.GetStringAsync($"/hello?{i}")));
        Assert.All(answers, t => Assert.Equal("hello", t));
        for (var i = 0; i < 80; i++)
            Assert.Equal("GET 200 Completed", Take(relay));
        using var cancel = new CancellationTokenSource();
        using var endless = await client.GetAsync("/endless", HttpCompletionOption.ResponseHeadersRead, cancel.Token);
        endless.Dispose();
        Assert.Equal("GET 200 ResetByClient", Take(relay));
    }

    private static string Take(ObservedRelay relay)
    {
        Assert.True(relay.Said.TryTake(out var said, TimeSpan.FromSeconds(10)), "nothing was told");
        return said;
    }

    private static ByteArrayContent Grpc() => new([0, 0, 0, 0, 0])
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") },
    };

    private static HttpRequestMessage Request(HttpMethod method, string path, bool isHttp2) => new(method, path)
    {
        Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static HttpClient Client(ObservedRelay relay, bool isHttp2) => new()
    {
        BaseAddress = new Uri($"http://{relay.Endpoint}"),
        DefaultRequestVersion = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(30),
    };

    private IPEndPoint EndpointOf(bool isHttp2)
    {
        // In the order in which they were asked for.
        var url = _server.Urls.ElementAt(isHttp2 ? 1 : 0);
        return IPEndPoint.Parse(new Uri(url).Authority);
    }

    private static WebApplication BuildServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var server = builder.Build();
        server.Run(Answer);
        return server;
    }

    private static async Task Answer(HttpContext context)
    {
        var response = context.Response;
        switch (context.Request.Path.Value)
        {
            case "/hello":
                response.ContentLength = 5;
                await response.WriteAsync("hello");
                break;
            case "/nothing":
                response.StatusCode = 204;
                break;
            case "/echo":
                // The client reads nothing until it has sent everything.
                var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                await response.Body.WriteAsync(body.ToArray());
                break;
            case "/endless":
                await response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case "/grpc":
                response.ContentType = "application/grpc";
                await response.WriteAsync("message");
                response.AppendTrailer("grpc-status", "9");
                break;
            case "/grpc-trailers-only":
                response.ContentType = "application/grpc";
                response.Headers["grpc-status"] = "12";
                break;
            default:
                response.StatusCode = 404;
                break;
        }
    }
}
