using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http2;
using MeshProxy.Tests.Routing.Support;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.DataPlane;

/// <summary>
/// A stream of an observed HTTP/2 connection whose time is over ends by itself; its neighbours go on, and no frame comes where it may not.
/// </summary>
public sealed class RequestTimeoutHttp2Tests : IDisposable
{
    private static readonly byte[] Acknowledgement = Frames.Frame(Frames.SettingsType, Frames.Ack, 0);

    private static readonly HttpSettings Http =
        ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { Request = TimeSpan.FromMilliseconds(100) } };

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Server_is_told_first_and_the_client_when_nothing_of_the_stream_can_follow()
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: Http, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, Frames.Get(1));
        Assert.Equal((Frames.ResetType, 1), await ReadAsync(server, [0, 0, 0, 8]));
        Assert.Equal((Frames.SettingsType, 0), await ReadAsync(server, []));
        // The client's own SETTINGS are acknowledged first. What the server had sent meanwhile passes.
        await server.SendAllAsync((byte[])[.. Acknowledgement, .. Frames.WindowUpdate(1), .. Acknowledgement, .. Frames.WindowUpdate(0)]);
        Assert.Equal((Frames.SettingsType, 0), await ReadAsync(client, []));
        Assert.Equal((Frames.WindowUpdateType, 1), await ReadAsync(client, [0, 0, 0, 1]));
        var (answer, stream, block) = await client.ReadFrameAsync();
        Assert.Equal((Frames.HeadersType, 1), (answer, stream));
        Assert.Contains("504", Text(block));
        Assert.Contains($"response, {_listener.LocalEndPoint}, no response in time", Text(block));
        Assert.Equal((Frames.WindowUpdateType, 0), await ReadAsync(client, [0, 0, 0, 1]));
        await AssertGoesOnAsync(client, server, 3);
        await proxy.AssertRequestsAsync("method=\"GET\",status=\"504\"} 1");
        await proxy.AssertRequestsAsync("meshproxy_http_streams_timed_out_total{direction=\"outbound\"} 1");
        var line = await access.NextAsync();
        Assert.Contains("\"status\":504", line);
        Assert.Contains("\"end\":\"refused\"", line);
    }

    [Fact]
    public async Task Grpc_call_ends_with_deadline_exceeded()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: Http);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, [.. Frames.Call(1), .. Frames.Data(1, 5, Frames.EndStream)]);
        await AcknowledgeAsync(client, server, 1);
        var (type, stream, block) = await client.ReadFrameAsync();
        Assert.Equal((Frames.HeadersType, 1), (type, stream));
        Assert.Contains("grpc-status\u00014", Text(block));
        await proxy.AssertRequestsAsync("meshproxy_grpc_responses_total{direction=\"outbound\",grpc_status=\"4\"} 1");
    }

    [Fact]
    public async Task Answer_that_had_begun_is_reset_and_one_that_was_complete_stands()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: Http);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, [.. Frames.Get(1), .. Frames.Get(3)]);
        byte[] begun = [.. Frames.Headers(1, 0, (":status", "200")), .. Frames.Headers(3, 0, (":status", "200"))];
        await server.SendAllAsync(begun);
        Assert.Equal(begun, await client.ReadExactlyAsync(begun.Length));
        Assert.Equal((Frames.ResetType, 1), await ReadAsync(server, [0, 0, 0, 8]));
        Assert.Equal((Frames.ResetType, 3), await ReadAsync(server, [0, 0, 0, 8]));
        Assert.Equal((Frames.SettingsType, 0), await ReadAsync(server, []));
        // Said before the server had heard of it.
        byte[] late = [.. Frames.Data(1, 100), .. Frames.Data(3, 16_000), .. Frames.Data(3, 16_000, Frames.EndStream)];
        await server.SendAllAsync((byte[])[.. Acknowledgement, .. late, .. Acknowledgement]);
        byte[] passed = [.. Acknowledgement, .. late];
        Assert.Equal(passed, await client.ReadExactlyAsync(passed.Length));
        Assert.Equal((Frames.ResetType, 1), await ReadAsync(client, [0, 0, 0, 8]));
        await AssertGoesOnAsync(client, server, 5);
        await proxy.AssertRequestsAsync("meshproxy_http_streams_timed_out_total{direction=\"outbound\"} 1");
    }

    [Fact]
    public async Task Rest_of_an_upload_reaches_no_server_and_the_window_it_used_is_given_back()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: Http);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, [.. Frames.Call(1), .. Frames.Data(1, 100)]);
        await AcknowledgeAsync(client, server, 1);
        Assert.Equal(Frames.HeadersType, (await client.ReadFrameAsync()).Type);
        // Answered before it has sent everything: it is asked to stop.
        Assert.Equal((Frames.ResetType, 1), await ReadAsync(client, [0, 0, 0, 0]));
        byte[] late = [.. Frames.Data(1, 16384), .. Frames.WindowUpdate(1), .. Frames.Data(1, 1000, Frames.EndStream), .. Frames.Reset(1)];
        await client.SendAllAsync(late.AsMemory(0, 5000));
        await client.SendAllAsync(late.AsMemory(5000));
        var owed = 0;
        while (owed < 17384)
        {
            var (type, stream, increment) = await client.ReadFrameAsync();
            Assert.Equal((Frames.WindowUpdateType, 0), (type, stream));
            owed += System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(increment);
        }
        Assert.Equal(17384, owed);
        await AssertGoesOnAsync(client, server, 3);
    }

    [Fact]
    public async Task Server_is_told_between_two_frames_of_an_upload_and_not_in_one()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: Http);
        using var client = await proxy.ConnectAsync();
        var data = Frames.Data(3, 10_000);
        var head = Frames.Headers(3, 0, (":method", "PUT"), (":path", "/a"), (":authority", "h"));
        using var server = await OpenAsync(client, [.. Frames.Get(1), .. head, .. data[..4000]]);
        // A whole timeout later nothing has come yet, for the frame is not complete.
        await proxy.AssertRequestsAsync("in_flight{direction=\"outbound\"} 2");
        await Task.Delay(Http.Timeouts.Request * 3);
        Assert.Equal(0, server.Available);
        await client.SendAllAsync(data.AsMemory(4000));
        Assert.Equal(data[4000..], await server.ReadExactlyAsync(data.Length - 4000));
        var told = new[] { await server.ReadFrameAsync(), await server.ReadFrameAsync(), await server.ReadFrameAsync() };
        Assert.Equal(
            [(Frames.ResetType, 1), (Frames.ResetType, 3), (Frames.SettingsType, 0)],
            told.Select(frame => (frame.Type, frame.Stream)));
    }

    [Fact]
    public async Task Connection_of_a_server_that_acknowledges_nothing_ends_with_goaway()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: Http);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, Frames.Get(1));
        var told = Frames.Parse(await client.ReadToEndAsync());
        Assert.Equal([(Frames.HeadersType, 1), (Frames.GoAwayType, 0)], told.Select(frame => (frame.Type, frame.Stream)));
        Assert.Contains("504", Text(told[0].Payload));
        await proxy.AssertEndedAsync(CloseReason.RequestTimeout);
    }

    [Fact]
    public async Task Trailers_of_a_request_that_was_ended_end_its_connection()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: Http);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, Frames.Call(1));
        await AcknowledgeAsync(client, server, 1);
        Assert.Equal(Frames.HeadersType, (await client.ReadFrameAsync()).Type);
        await client.SendAllAsync(Frames.Headers(1, Frames.EndStream, ("x-sum", "1")));
        Assert.Contains("headers-on-ended-stream", Text(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task Client_whose_table_is_smaller_is_told_its_size_with_the_first_block()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: Http);
        using var client = await proxy.ConnectAsync();
        using var server = await OpenAsync(client, Frames.Get(1), Frames.Settings((1, 0)));
        await AcknowledgeAsync(client, server, 1);
        Assert.Equal(0x20, (await client.ReadFrameAsync()).Payload[0]);
    }

    [Fact]
    public async Task Neighbours_of_real_peers_go_on_while_a_download_and_an_upload_run_out_of_time()
    {
        await using var backend = await StartServerAsync();
        var timeouts = Http.Timeouts with { Request = TimeSpan.FromSeconds(3) };
        await using var proxy = ProxyFixture.Start(backend.EndPoint, http: Http with { Timeouts = timeouts });
        using var client = new HttpClient
        {
            BaseAddress = new Uri($"http://{proxy.Endpoint()}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var silent = client.GetAsync("/silent");
        var uploading = client.PostAsync("/silent", new EndlessContent());
        using var download = await client.GetAsync("/endless", HttpCompletionOption.ResponseHeadersRead);
        var downloading = (await download.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
        var answered = 0;
        while (!(silent.IsCompleted && uploading.IsCompleted && downloading.IsCompleted))
        {
            Assert.Equal("hello", await client.GetStringAsync("/hello"));
            answered++;
        }
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await silent).StatusCode);
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await uploading).StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => downloading);
        Assert.Equal("hello", await client.GetStringAsync("/hello"));
        Assert.NotEqual(0, answered);
        Assert.Contains("meshproxy_connections_opened_total{direction=\"outbound\"} 1\n", proxy.Metrics());
        await proxy.AssertRequestsAsync("meshproxy_http_streams_timed_out_total{direction=\"outbound\"} 3");
    }

    private static Task<WebBackend> StartServerAsync() => WebBackend.StartAsync(AnswerAsync, isHttp2: true);

    private static async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", "/hello"):
                await context.Response.WriteAsync("hello");
                break;
            case ("GET", "/silent"):
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                break;
            case ("POST", "/silent"):
                await context.Request.Body.CopyToAsync(Stream.Null);
                break;
            case ("GET", "/endless"):
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(new byte[40_000]);
                break;
        }
    }

    /// <summary>Both sides have begun, and the server has read these requests.</summary>
    private async Task<Socket> OpenAsync(Socket client, byte[] requests, byte[]? settings = null)
    {
        byte[] request = [.. Frames.Preface, .. settings ?? Frames.Settings(), .. requests];
        await client.SendAllAsync(request);
        var server = await _listener.AcceptAsync();
        Assert.Equal(request, await server.ReadExactlyAsync(request.Length));
        await server.SendAllAsync(Frames.Settings());
        Assert.Equal(Frames.Settings(), await client.ReadExactlyAsync(Frames.Settings().Length));
        return server;
    }

    /// <summary>The server is told, acknowledges the client's SETTINGS and then the proxy's; the client has got its own.</summary>
    private static async Task AcknowledgeAsync(Socket client, Socket server, int stream)
    {
        Assert.Equal((Frames.ResetType, stream), await ReadAsync(server, [0, 0, 0, 8]));
        Assert.Equal((Frames.SettingsType, 0), await ReadAsync(server, []));
        await server.SendAllAsync((byte[])[.. Acknowledgement, .. Acknowledgement]);
        Assert.Equal((Frames.SettingsType, 0), await ReadAsync(client, []));
    }

    /// <summary>Another stream is asked for and answered.</summary>
    private static async Task AssertGoesOnAsync(Socket client, Socket server, int stream)
    {
        await client.SendAllAsync(Frames.Get(stream));
        Assert.Equal(Frames.Get(stream), await server.ReadExactlyAsync(Frames.Get(stream).Length));
        byte[] answer = [.. Frames.Headers(stream, 0, (":status", "200")), .. Frames.Data(stream, 10, Frames.EndStream)];
        await server.SendAllAsync(answer);
        Assert.Equal(answer, await client.ReadExactlyAsync(answer.Length));
    }

    private static async Task<(byte Type, int Stream)> ReadAsync(Socket peer, byte[] payload)
    {
        var frame = await peer.ReadFrameAsync();
        Assert.Equal(payload, frame.Payload);
        return (frame.Type, frame.Stream);
    }

    private static string Text(byte[] payload) => Encoding.Latin1.GetString(payload);

    /// <summary>An upload in pieces that do not fall into one frame each.</summary>
    private sealed class EndlessContent : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var piece = new byte[5000]; ;)
            {
                await stream.WriteAsync(piece);
                await Task.Yield();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
