using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http2;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>
/// The time of a request's head: what the server does in the meantime does not lengthen it, and what the proxy itself holds is not under
/// it.
/// </summary>
public sealed class HeadTimeoutTests : IDisposable
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static readonly TimeSpan HeadTime = TimeSpan.FromMilliseconds(300);

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Trait("fault", "H11")]
    [Fact]
    public async Task Head_that_dribbles_behind_another_request_ends_at_its_timeout_though_the_server_answers()
    {
        await using var proxy = Start();
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAllAsync(Bytes(Get + "GET /slow HT"));
        await server.ReadExactlyAsync(Get.Length);
        await server.SendAllAsync(Bytes(Ok));
        Assert.StartsWith(Ok + "HTTP/1.1 408 ", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
        await proxy.AssertEndedAsync(CloseReason.RequestHeadTimeout);
    }

    [Fact]
    public async Task Early_bytes_behind_an_upgrade_request_are_not_a_slow_head()
    {
        await using var proxy = Start();
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        const string Upgrade = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        const string Switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        await client.SendAllAsync(Bytes(Upgrade + "early"));
        await server.ReadExactlyAsync(Upgrade.Length);
        await Task.Delay(2 * HeadTime);
        await server.SendAllAsync(Bytes(Switch));
        Assert.Equal(Switch, await TextAsync(client, Switch.Length));
        Assert.Equal("early", await TextAsync(server, 5));
    }

    [Fact]
    public async Task Requests_that_wait_behind_a_full_pipeline_are_not_a_slow_head()
    {
        await using var proxy = Start();
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        const int Many = 17;
        await client.SendAllAsync(Bytes(string.Concat(Enumerable.Repeat(Get, Many))));
        await server.ReadExactlyAsync(Get.Length * (Many - 1));
        await Task.Delay(2 * HeadTime);
        await server.SendAllAsync(Bytes(Ok));
        Assert.Equal(Get, await TextAsync(server, Get.Length));
    }

    [Fact]
    public async Task Pipelined_heads_that_overlap_have_each_their_own_time()
    {
        var time = TimeSpan.FromSeconds(2);
        await using var proxy = Start(time);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAllAsync(Bytes(Get[..10]));
        for (var round = 0; round < 10; round++)
        {
            await Task.Delay(time / 8);
            await client.SendAllAsync(Bytes(Get[10..] + Get[..10]));
            Assert.Equal(Get, await TextAsync(server, Get.Length));
            await server.SendAllAsync(Bytes(Ok));
            Assert.Equal(Ok, await TextAsync(client, Ok.Length));
        }
    }

    [Trait("fault", "P3")]
    [Fact]
    public async Task Header_block_that_never_ends_is_ended_at_its_timeout()
    {
        await using var proxy = Start();
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        byte[] open = [.. Frames.Preface, .. Frames.Settings(), .. Frames.Frame(Frames.HeadersType, Frames.EndStream, 1, 0x82, 0x86, 0x84)];
        await client.SendAllAsync(open);
        await server.ReadExactlyAsync(open.Length);
        await client.ReadToEndAsync();
        await proxy.AssertEndedAsync(CloseReason.RequestHeadTimeout);
    }

    private ProxyFixture Start(TimeSpan? time = null) => ProxyFixture.Start(
        _listener.LocalEndPoint!, http: ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { RequestHead = time ?? HeadTime } });

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static async Task<string> TextAsync(Socket socket, int length) =>
        Encoding.Latin1.GetString(await socket.ReadExactlyAsync(length));
}
