using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http2;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>What the client of an observed HTTP/2 connection gets when the upstream goes and leaves streams without an answer.</summary>
public sealed class UpstreamGoneHttp2Tests : IDisposable
{
    private static readonly byte[] Answer = Frames.Headers(1, Frames.EndStream, (":status", "200"));

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Real_client_is_answered_502_when_the_server_resets_before_its_first_word()
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var asking = client.GetAsync($"http://{proxy.Endpoint()}/a");
        using var server = await _listener.AcceptAsync();
        await server.ReadExactlyAsync(Frames.ClientStart.Length);
        await proxy.AssertRequestsAsync("meshproxy_http_requests_in_flight{direction=\"outbound\"} 1");
        server.Reset();
        using var answer = await asking;
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal($"response, {_listener.LocalEndPoint}, reset", answer.Headers.GetValues("meshproxy-error").Single());
        await proxy.AssertEndedAsync(CloseReason.UpstreamReset);
        await proxy.AssertRequestsAsync("method=\"GET\",status=\"502\"} 1");
        var line = await access.NextAsync();
        Assert.Contains("\"status\":502", line);
        Assert.Contains("\"end\":\"refused\"", line);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_open_stream_is_told_what_became_of_it_and_then_the_connection_ends(bool isReset)
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(
            client, [.. Frames.Get(1), .. Frames.Get(3), .. Frames.Get(5), .. Frames.Call(7), .. Frames.Call(9)]);
        byte[] said =
        [
            .. Frames.Settings(), .. Answer, .. Frames.Headers(5, 0, (":status", "200")), .. Frames.Data(5, 100),
            .. Frames.Headers(9, 0, (":status", "200"), ("content-type", "application/grpc")),
        ];
        await server.SendAllAsync(said);
        Assert.Equal(said, await client.ReadExactlyAsync(said.Length));
        if (isReset)
            server.Reset();
        else
            server.Shutdown(SocketShutdown.Send);
        var told = Frames.Parse(await client.ReadToEndAsync());
        Assert.Equal(
            [(Frames.ResetType, 5), (Frames.HeadersType, 3), (Frames.HeadersType, 7), (Frames.GoAwayType, 0)],
            told.Select(frame => (frame.Type, frame.Stream)).OrderBy(Rank));
        Assert.Equal([0, 0, 0, 2], Of(told, 5));
        Assert.Contains("502", Text(Of(told, 3)));
        Assert.Contains("grpc-status\u000214", Text(Of(told, 7)));
        Assert.Equal([0, 0, 0, 9, 0, 0, 0, 0], Of(told, 0)[..8]);
        await proxy.AssertEndedAsync(CloseReason.UpstreamReset);
        await proxy.AssertRequestsAsync("method=\"GET\",status=\"502\"} 1");
        await proxy.AssertRequestsAsync("meshproxy_grpc_responses_total{direction=\"outbound\",grpc_status=\"14\"} 1");
    }

    [Fact]
    public async Task Answer_never_stands_in_the_middle_of_a_frame()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, [.. Frames.Get(1), .. Frames.Get(3)]);
        byte[] said = [.. Frames.Settings(), .. Frames.Headers(1, 0, (":status", "200")), .. Frames.Data(1, 1000)[..500]];
        await server.SendAllAsync(said);
        Assert.Equal(said, await client.ReadExactlyAsync(said.Length));
        server.Reset();
        Assert.Empty(await client.ReadToResetAsync());
    }

    [Fact]
    public async Task Part_of_a_frame_that_had_not_passed_is_left_out()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, Frames.Get(1));
        await server.SendAllAsync((byte[])[.. Frames.Settings(), .. Answer[..^3]]);
        server.Shutdown(SocketShutdown.Send);
        var told = Frames.Parse(await client.ReadToEndAsync());
        Assert.Equal(
            [(Frames.SettingsType, 0), (Frames.HeadersType, 1), (Frames.GoAwayType, 0)],
            told.Select(frame => (frame.Type, frame.Stream)));
    }

    [Trait("fault", "P8")]
    [Fact]
    public async Task Streams_above_the_goaway_of_the_server_are_left_for_the_client_to_repeat()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, [.. Frames.Get(1), .. Frames.Get(3)]);
        byte[] said = [.. Frames.Settings(), .. Frames.Frame(Frames.GoAwayType, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0), .. Answer];
        await server.SendAllAsync(said);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(said, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Client_that_reads_late_gets_all_the_server_said_and_the_answer_behind_it()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, [.. Frames.Get(1), .. Frames.Get(3)]);
        // More than all buffers on the way: the server's reset comes while the proxy holds bytes.
        byte[] said =
        [
            .. Frames.Settings(), .. Frames.Headers(1, 0, (":status", "200")),
            .. Enumerable.Range(0, 1500).SelectMany(_ => Frames.Data(1, 16384)), .. Frames.Data(1, 0, Frames.EndStream),
        ];
        var sending = SendAndEndAsync();
        Assert.Equal(said, await client.ReadExactlyAsync(said.Length));
        await sending;
        Assert.Equal(
            [(Frames.HeadersType, 3), (Frames.GoAwayType, 0)],
            Frames.Parse(await client.ReadToEndAsync()).Select(frame => (frame.Type, frame.Stream)));

        async Task SendAndEndAsync()
        {
            await server.SendAllAsync(said);
            server.Shutdown(SocketShutdown.Send);
        }
    }

    [Fact]
    public async Task Streams_that_stand_still_are_answered_504()
    {
        var http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { StreamIdle = TimeSpan.FromMilliseconds(50) } };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: http);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, Frames.Get(1));
        var told = Frames.Parse(await client.ReadToEndAsync());
        Assert.Contains("504", Text(Of(told, 1)));
        await proxy.AssertEndedAsync(CloseReason.StreamIdleTimeout);
    }

    /// <summary>The server has read the client's preface and these requests.</summary>
    private async Task<Socket> OpenAsync(Socket client, byte[] requests)
    {
        byte[] request = [.. Frames.ClientStart, .. requests];
        await client.SendAllAsync(request);
        var server = await _listener.AcceptAsync();
        Assert.Equal(request, await server.ReadExactlyAsync(request.Length));
        return server;
    }

    private static byte[] Of(List<(byte Type, int Stream, byte[] Payload)> told, int stream) =>
        told.Single(frame => frame.Stream == stream && frame.Type != Frames.SettingsType).Payload;

    /// <summary>Streams come in any order.</summary>
    private static int Rank((byte Type, int Stream) frame) => frame.Type switch
    {
        Frames.ResetType => 0,
        Frames.HeadersType => frame.Stream,
        _ => int.MaxValue,
    };

    private static string Text(byte[] payload) => Encoding.Latin1.GetString(payload);
}
