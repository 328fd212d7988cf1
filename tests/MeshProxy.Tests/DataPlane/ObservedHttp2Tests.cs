using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http2;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MeshProxy.Tests.DataPlane;

/// <summary>HTTP/2 with prior knowledge between a real client and a real server, through the relay.</summary>
public sealed class ObservedHttp2Tests : IAsyncLifetime
{
    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _server = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _server = builder.Build();
        _server.MapGet("/hello", () => "hello");
        _server.MapGet("/missing", () => Results.NotFound());
        _server.MapPost("/echo", async context =>
        {
            // The client reads nothing before it has sent everything.
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await context.Response.Body.WriteAsync(body.ToArray());
        });
        _server.MapPost("/call", context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.AppendTrailer("grpc-status", "5");
            return Task.CompletedTask;
        });
        _server.MapPost("/message", async context =>
        {
            var message = new MemoryStream();
            await context.Request.Body.CopyToAsync(message);
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(message.GetBuffer().AsMemory(0, (int)message.Length));
            context.Response.AppendTrailer("grpc-status", "0");
        });
        _server.MapGet("/endless", async context =>
        {
            using var cancelled = context.RequestAborted.Register(_cancelled.SetResult);
            await context.Response.Body.FlushAsync();
            await _cancelled.Task;
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Requests_of_a_real_client_are_answered_and_counted()
    {
        await using var proxy = ProxyFixture.Start(Destination());
        using var client = Client(proxy);
        Assert.Equal("hello", await client.GetStringAsync("/hello"));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/missing")).StatusCode);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetStringAsync("/hello")));
        await proxy.AssertDetectedAsync("http2");
        await proxy.AssertRequestsAsync("method=\"GET\",status=\"200\"} 51");
        await proxy.AssertRequestsAsync("method=\"GET\",status=\"404\"} 1");
    }

    [Fact]
    public async Task Line_of_a_stream_has_the_method_that_was_sent()
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(Destination(), access: access);
        using var client = Client(proxy);
        for (var round = 0; round < 2; round++)
        {
            await client.SendAsync(new HttpRequestMessage(new HttpMethod("PROPFIND"), "/hello")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            });
            Assert.Contains("\"method\":\"PROPFIND\"", await access.NextAsync());
        }
        Assert.Contains("method=\"OTHER\"", proxy.Metrics());
    }

    [Fact]
    public async Task Every_stream_has_its_line_in_the_access_log()
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(Destination(), access: access);
        using var client = Client(proxy);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(index => client.GetStringAsync($"/hello?{index}")));
        await client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/call")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        });
        var lines = new List<string>();
        while (lines.Count < 21)
            lines.Add(await access.NextAsync());
        var paths = lines
            .Select(line => System.Text.RegularExpressions.Regex.Match(line, "/hello\\?[0-9]+").Value)
            .Where(path => path != "");
        Assert.Equal(20, paths.Distinct().Count());
        Assert.Contains("\"path\":\"/call\"", lines[^1]);
        Assert.Contains("\"grpc_status\":5", lines[^1]);
        Assert.Contains("\"version\":\"HTTP/2.0\"", lines[^1]);
    }

    [Trait("fault", "P9")]
    [Theory]
    [InlineData(0)]
    [InlineData(64 * 1024 * 1024)]
    public async Task Message_of_a_grpc_call_passes_both_ways_whatever_its_size_and_is_not_held(int size)
    {
        await using var proxy = ProxyFixture.Start(Destination());
        using var client = Client(proxy);
        var message = new byte[5 + size];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), size);
        new Random(size).NextBytes(message.AsSpan(5));
        using var call = new HttpRequestMessage(HttpMethod.Post, "/message")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(message) { Headers = { ContentType = new("application/grpc") } },
        };
        using var answer = await client.SendAsync(call, HttpCompletionOption.ResponseHeadersRead);
        var echoed = await SHA256.HashDataAsync(await answer.Content.ReadAsStreamAsync());
        Assert.Equal(SHA256.HashData(message), echoed);
        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());
        await proxy.AssertRequestsAsync("meshproxy_grpc_responses_total{direction=\"outbound\",grpc_status=\"0\"} 1");
        Assert.InRange(proxy.Server.Loops.Single().Blocks.Rented, 0, 2);
    }

    [Fact]
    public async Task Large_bodies_pass_whole_on_many_streams_at_once()
    {
        await using var proxy = ProxyFixture.Start(Destination());
        using var client = Client(proxy);
        var bodies = Enumerable.Range(0, 8).Select(i =>
        {
            var b = new byte[1_000_000 + i];
            new Random(i).NextBytes(b);
            return b;
        }).ToList();
        var answers = await Task.WhenAll(bodies.Select(async body =>
            await (await client.PostAsync("/echo", new ByteArrayContent(body))).Content.ReadAsByteArrayAsync()));
        Assert.Equal(bodies, answers);
        await proxy.AssertRequestsAsync("method=\"POST\",status=\"200\"} 8");
    }

    [Trait("fault", "P9")]
    [Fact]
    public async Task Status_of_a_grpc_call_is_counted_from_its_trailers()
    {
        await using var proxy = ProxyFixture.Start(Destination());
        using var client = Client(proxy);
        using var call = new HttpRequestMessage(HttpMethod.Post, "/call")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/grpc") } },
        };
        using var answer = await client.SendAsync(call);
        await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal("5", answer.TrailingHeaders.GetValues("grpc-status").Single());
        await proxy.AssertRequestsAsync("meshproxy_grpc_responses_total{direction=\"outbound\",grpc_status=\"5\"} 1");
    }

    [Trait("fault", "P7"), Trait("fault", "P9")]
    [Fact]
    public async Task Cancelled_stream_reaches_the_server_and_its_neighbours_go_on()
    {
        await using var proxy = ProxyFixture.Start(Destination());
        using var client = Client(proxy);
        var endless = await client.GetAsync("/endless", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("hello", await client.GetStringAsync("/hello"));
        var cancelled = Stopwatch.StartNew();
        endless.Dispose();
        await _cancelled.Task.WaitAsync(Peer.Patience);
        // 50 ms are the promise; a busy machine gets a hundred times that.
        Assert.InRange(cancelled.Elapsed, TimeSpan.Zero, 100 * TimeSpan.FromMilliseconds(50));
        Assert.Equal("hello", await client.GetStringAsync("/hello"));
        Assert.Contains("meshproxy_connections_opened_total{direction=\"outbound\"} 1", proxy.Metrics());
    }

    [Trait("fault", "P8")]
    [Fact]
    public async Task Goaway_of_the_server_passes_and_the_stream_before_it_is_finished()
    {
        using var listener = Peer.Listen();
        await using var proxy = ProxyFixture.Start(listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await listener.AcceptAsync();
        byte[] request = [.. Frames.ClientStart, .. Frames.Get(1)];
        await client.SendAllAsync(request);
        Assert.Equal(request, await server.ReadExactlyAsync(request.Length));
        byte[] goodbye =
        [
            .. Frames.Settings(), .. Frames.Frame(7, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
            .. Frames.Headers(1, Frames.EndStream, (":status", "200")),
        ];
        await server.SendAllAsync(goodbye);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(goodbye, await client.ReadToEndAsync());
        await proxy.AssertRequestsAsync("method=\"GET\",status=\"200\"} 1");
    }

    [Fact]
    public async Task Refused_connect_is_told_to_an_http2_client_as_502()
    {
        using var closed = Peer.ClosedPort();
        await using var proxy = ProxyFixture.Start(closed.LocalEndPoint!, dialDelay: TimeSpan.FromHours(1));
        using var client = Client(proxy);
        using var answer = await client.GetAsync("/hello");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("refused", answer.Headers.GetValues("meshproxy-error").Single());
        await proxy.AssertEndedAsync(CloseReason.ConnectRefused);
    }

    [Fact]
    public async Task Request_that_comes_behind_the_preface_is_answered_too_when_the_connect_was_refused()
    {
        using var closed = Peer.ClosedPort();
        await using var proxy = ProxyFixture.Start(closed.LocalEndPoint!, dialDelay: TimeSpan.FromHours(1));
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync(Preface);
        await proxy.AssertDetectedAsync("http2");
        byte[] get = [0, 0, 4, 1, 5, 0, 0, 0, 1, 0x82, 0x84, 0x86, 0x81];
        await client.SendAllAsync(get);
        var answer = System.Text.Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.Contains("502", answer);
        Assert.Contains("refused", answer);
    }

    [Trait("fault", "P4")]
    [Fact]
    public async Task Flood_of_pings_ends_in_goaway_and_does_not_reach_the_server_for_long()
    {
        await using var proxy = ProxyFixture.Start(Destination());
        using var client = await proxy.ConnectAsync();
        byte[] ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        await client.SendAllAsync(Preface);
        await client.SendAllAsync(Enumerable.Repeat(ping, 5000).SelectMany(p => p).ToArray());
        var answer = await client.ReadToEndAsync();
        Assert.Contains("too-many-pings", System.Text.Encoding.Latin1.GetString(answer));
        await proxy.AssertEndedAsync(CloseReason.Flood);
    }

    [Fact]
    public async Task Frame_that_nobody_could_read_ends_in_goaway()
    {
        await using var proxy = ProxyFixture.Start(Destination());
        using var client = await proxy.ConnectAsync();
        byte[] unreadable = [.. Preface, 0, 0, 4, 1, 5, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff];
        await client.SendAllAsync(unreadable);
        var answer = await client.ReadToEndAsync();
        Assert.Contains("compression-failed", System.Text.Encoding.Latin1.GetString(answer));
        await proxy.AssertEndedAsync(CloseReason.RequestRefused);
    }

    private IPEndPoint Destination() => IPEndPoint.Parse(new Uri(_server.Urls.Single()).Authority);

    private static HttpClient Client(ProxyFixture proxy) => new(new SocketsHttpHandler())
    {
        BaseAddress = new Uri($"http://{proxy.Endpoint()}"),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
