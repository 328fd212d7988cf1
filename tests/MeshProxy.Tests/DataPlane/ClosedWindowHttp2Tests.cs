using System.Net.Sockets;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http2;
using MeshProxy.Tests.Routing.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>A client asks for much and opens no window for it, or one of a byte at a time (CVE-2019-9511, CVE-2019-9517).</summary>
public sealed class ClosedWindowHttp2Tests
{
    private const int InitialWindowSize = 4;

    private static readonly HttpSettings Impatient =
        ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { StreamIdle = TimeSpan.FromMilliseconds(300) } };

    [Trait("fault", "P5")]
    [Fact]
    public async Task Answer_that_nobody_lets_come_ends_by_streamIdle()
    {
        await using var server = await StartServerAsync();
        await using var proxy = ProxyFixture.Start(server.EndPoint, http: Impatient);
        using var client = await AskAsync(proxy);
        // The head is no subject of flow control; not a byte of the body can follow.
        await ReadAsync(client, Frames.HeadersType);
        await proxy.AssertEndedAsync(CloseReason.StreamIdleTimeout);
    }

    [Trait("fault", "P5")]
    [Fact]
    public async Task Window_that_opens_byte_by_byte_lets_byte_by_byte_through()
    {
        await using var server = await StartServerAsync();
        await using var proxy = ProxyFixture.Start(server.EndPoint);
        using var client = await AskAsync(proxy);
        await ReadAsync(client, Frames.HeadersType);
        for (var i = 0; i < 8; i++)
        {
            await client.SendAllAsync(Frames.WindowUpdate(1));
            Assert.Single(await ReadAsync(client, Frames.DataType));
        }
    }

    private static async Task<Socket> AskAsync(ProxyFixture proxy)
    {
        byte[] request = [.. Frames.Preface, .. Frames.Settings((InitialWindowSize, 0)), .. Frames.Get(1, "/big")];
        var client = await proxy.ConnectAsync();
        await client.SendAllAsync(request);
        return client;
    }

    /// <summary>The payload of the next frame of that type; what comes before it is passed over.</summary>
    private static async Task<byte[]> ReadAsync(Socket client, byte type)
    {
        while (true)
        {
            var frame = await client.ReadFrameAsync();
            if (frame.Type == type)
                return frame.Payload;
        }
    }

    private static Task<WebBackend> StartServerAsync() =>
        WebBackend.StartAsync(context => context.Response.Body.WriteAsync(new byte[1 << 20]).AsTask(), isHttp2: true);
}
