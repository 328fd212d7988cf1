using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>
/// Slow is not silent. The kernel takes up to 4 MiB on behalf of a client and tells the proxy of room when a third of that is free: at
/// these speeds every second or later, while the client takes its bytes all the time.
/// </summary>
public sealed class SlowReaderTests : IDisposable
{
    /// <summary>More than the kernel takes, so that some wait in the proxy.</summary>
    private const int Size = 5_000_000;

    /// <summary>
    /// Shorter than what lies between two reports of room at 330 KB a second (over 4 s), and longer than a busy machine lets a thread wait.
    /// </summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();

    private readonly Socket _listener = Peer.Listen();
    private readonly byte[] _data = RandomNumberGenerator.GetBytes(Size);

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Download_that_goes_on_slowly_outlives_a_stop_whole(bool isHttp)
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await ConnectAsync(proxy, Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        var head = isHttp ? await AskAsync(client, server) : [];
        var sending = SendAndEndAsync(server);
        await client.ReadExactlyAsync(head.Length);
        var stopping = proxy.Server.StopAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Equal(SHA256.HashData(_data), SHA256.HashData(await ReadSlowlyAsync(client)));
        await sending;
        client.Dispose();
        await stopping.WaitAsync(Peer.Patience);
        Assert.Equal(0, proxy.Closed(CloseReason.ShutdownDeadline));
    }

    [Fact]
    public async Task Download_that_goes_on_slowly_is_not_idle()
    {
        var http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { StreamIdle = Silence } };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: http);
        using var client = await ConnectAsync(proxy, Direction.Outbound);
        using var server = await _listener.AcceptAsync();
        var head = await AskAsync(client, server);
        var sending = SendAndEndAsync(server);
        await client.ReadExactlyAsync(head.Length);
        Assert.Equal(SHA256.HashData(_data), SHA256.HashData(await ReadSlowlyAsync(client, pause: 60)));
        await sending;
    }

    [Fact]
    public async Task Relayed_bytes_that_a_slow_client_takes_keep_its_connection_from_idling()
    {
        var tcp = ProxyFixture.Tcp with { IdleTimeout = Silence };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, tcp, TimeSpan.Zero);
        using var client = await ConnectAsync(proxy, Direction.Outbound);
        using var server = await _listener.AcceptAsync();
        var sending = SendAndEndAsync(server);
        Assert.Equal(SHA256.HashData(_data), SHA256.HashData(await ReadSlowlyAsync(client, pause: 60)));
        await sending;
    }

    [Fact]
    public async Task Client_that_has_stopped_reading_does_not_hold_the_exit()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await ConnectAsync(proxy, Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        var sending = SendAndEndAsync(server);
        // As much as is taken for a reader that has not proved to be one: its window, 128 KiB in the kernel, a block.
        await proxy.AssertReceivedAsync(150_000, Direction.Inbound);
        await proxy.Server.StopAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(Peer.Patience);
        Assert.Equal(1, proxy.Closed(CloseReason.ShutdownDeadline));
        await IgnoreEndAsync(sending);
    }

    [Fact]
    public async Task Client_that_has_stopped_reading_is_idle()
    {
        var http = ProxyFixture.Http with { Timeouts = HttpTimeouts.Default with { StreamIdle = TimeSpan.FromMilliseconds(1200) } };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, http: http);
        using var client = await ConnectAsync(proxy, Direction.Outbound);
        using var server = await _listener.AcceptAsync();
        await AskAsync(client, server);
        var sending = SendAndEndAsync(server);
        await proxy.AssertEndedAsync(CloseReason.StreamIdleTimeout);
        await IgnoreEndAsync(sending);
    }

    private static async Task<Socket> ConnectAsync(ProxyFixture proxy, Direction direction)
    {
        var socket = Peer.WithSmallWindow();
        await socket.ConnectAsync(proxy.Endpoint(direction));
        return socket;
    }

    private static async Task<byte[]> AskAsync(Socket client, Socket server)
    {
        await client.SendAsync(Request);
        await server.ReadExactlyAsync(Request.Length);
        var head = Encoding.Latin1.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n"));
        await server.SendAllAsync(head);
        return head;
    }

    /// <summary>It was cut, or the kernels on the way had room for all of it.</summary>
    private static Task IgnoreEndAsync(Task sending) => sending.ContinueWith(static _ => { }, TaskScheduler.Default);

    private async Task SendAndEndAsync(Socket server)
    {
        await server.SendAllAsync(_data);
        server.Shutdown(SocketShutdown.Send);
    }

    /// <summary>
    /// 20 KB and a pause in milliseconds, 800 KB a second unless told otherwise; on a thread of its own: one of the pool's might be late,
    /// and then the client is the silent one.
    /// </summary>
    private static Task<byte[]> ReadSlowlyAsync(Socket client, int pause = 25) =>
        Task.Factory.StartNew(() => ReadSlowly(client, pause), TaskCreationOptions.LongRunning);

    private static byte[] ReadSlowly(Socket client, int pause)
    {
        client.ReceiveTimeout = (int)Peer.Patience.TotalMilliseconds;
        var all = new byte[Size];
        for (var at = 0; at < Size;)
        {
            Thread.Sleep(pause);
            var read = client.Receive(all, at, Math.Min(20_000, Size - at), SocketFlags.None);
            Assert.NotEqual(0, read);
            at += read;
        }
        return all;
    }
}
