using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http1;
using MeshProxy.Tests.Routing.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.Routing;

/// <summary>
/// What is refused where HTTP is observed is refused where it is routed: the rows are those of <see cref="RequestFramingTests"/>.
/// </summary>
public sealed class RoutedFramingTests : IAsyncLifetime
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private const string Chunked = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

    private readonly ConcurrentQueue<string> _whole = [];
    private WebBackend _backend = null!;
    private ProxyFixture _proxy = null!;

    public static TheoryData<string, string> Sound => Rows(nameof(RequestFramingTests.Sound_requests_pass_whole_at_any_split));

    public static TheoryData<string, string> Ambiguous =>
        Rows(nameof(RequestFramingTests.Of_an_ambiguous_head_no_byte_passes_at_any_split));

    public static TheoryData<string, string> BadChunks =>
        Rows(nameof(RequestFramingTests.A_bad_chunk_ends_the_connection_at_its_first_bad_byte));

    public async Task InitializeAsync()
    {
        _backend = await WebBackend.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _whole.Enqueue($"{context.Request.Method} {Encoding.Latin1.GetString(body.ToArray())}");
        });
        _proxy = ProxyFixture.StartRouted(_backend.EndPoint, [Routes.To(_backend.Target)]);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public async Task Sound_requests_arrive_and_are_answered(string text, string events)
    {
        var requests = events.Split(" | ").Count(word => word.StartsWith("end"));
        foreach (var split in (int[])[0, text.Length / 3, text.Length - 1])
        {
            _whole.Clear();
            var answers = await AskAsync(text, split);
            Assert.Equal(requests, answers.Split("HTTP/1.1 200 ").Length - 1);
            Assert.Equal(requests, _whole.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task Of_an_ambiguous_head_nothing_arrives_and_the_requests_before_it_are_answered_first(string text, string events)
    {
        var error = events["refused ".Length..];
        foreach (var split in (int[])[0, Get.Length + text.Length / 2])
        {
            _whole.Clear();
            var answers = (await AskAsync(Get + text + Get, split)).Split("HTTP/1.1 ")[1..];
            Assert.Equal(2, answers.Length);
            Assert.StartsWith("200 ", answers[0]);
            Assert.StartsWith($"{StatusOf(error)} ", answers[1]);
            Assert.Contains($"\r\nmeshproxy-error: request, {error}\r\n", answers[1]);
            Assert.Equal("GET ", Assert.Single(_whole));
        }
        await _proxy.AssertEndedAsync(CloseReason.RequestRefused);
    }

    [Theory]
    [MemberData(nameof(BadChunks))]
    public async Task Body_with_a_bad_chunk_never_ends_at_the_backend_and_resets_the_client(string body, string error)
    {
        _ = error;
        using var client = await _proxy.ConnectAsync();
        await client.SendAllAsync(Encoding.Latin1.GetBytes(Chunked + body + Get));
        Assert.Empty(await client.ReadToResetAsync());
        await _proxy.AssertEndedAsync(CloseReason.RequestRefused);
        Assert.Empty(_whole);
    }

    [Fact]
    public async Task Head_that_comes_byte_by_byte_is_answered()
    {
        using var client = await _proxy.ConnectAsync();
        foreach (var next in Encoding.ASCII.GetBytes(Get))
            await client.SendAllAsync(new[] { next });
        client.Shutdown(SocketShutdown.Send);
        Assert.StartsWith("HTTP/1.1 200 ", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task Nothing_behind_a_request_that_closes_is_looked_at()
    {
        var answers = await AskAsync("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGARBAGE\n\n", split: 0);
        Assert.StartsWith("HTTP/1.1 200 ", answers);
        Assert.Equal(2, answers.Split("HTTP/1.1 ").Length);
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("h2c")]
    [InlineData("other")]
    public async Task Bytes_behind_a_switch_that_did_not_happen_are_the_next_request(string protocol)
    {
        var asks = $"GET /a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n\r\n";
        var answers = await AskAsync(asks + Get + asks + "GET /a HTTP/1.1\n\n", split: 0);
        Assert.Equal(3, answers.Split("HTTP/1.1 200 ").Length - 1);
        Assert.Contains("meshproxy-error: request, bare-line-feed", answers);
    }

    private static TheoryData<string, string> Rows(string promise)
    {
        var rows = new TheoryData<string, string>();
        var method = typeof(RequestFramingTests).GetMethod(promise)!;
        foreach (var row in method.GetCustomAttributes<InlineDataAttribute>().SelectMany(data => data.GetData(method)))
            rows.Add((string)row[0], (string)row[1]);
        return rows;
    }

    private static int StatusOf(string error) =>
        Enum.GetValues<FramingError>().Single(value => value.Name() == error).RequestStatus();

    private async Task<string> AskAsync(string text, int split)
    {
        using var client = await _proxy.ConnectAsync();
        var bytes = Encoding.Latin1.GetBytes(text);
        await client.SendAllAsync(bytes[..split]);
        await client.SendAllAsync(bytes[split..]);
        client.Shutdown(SocketShutdown.Send);
        return Encoding.Latin1.GetString(await client.ReadToEndAsync());
    }
}
