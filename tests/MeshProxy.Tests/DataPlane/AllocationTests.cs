using System.Net.Sockets;
using System.Text;
using MeshProxy.Tests.DataPlane.Support;

namespace MeshProxy.Tests.DataPlane;

public sealed class AllocationTests : IDisposable
{
    /// <summary>
    /// The smallest object per exchange or read would be 36,000 bytes and more. Asking allocates a little, and a collection in between
    /// counts the rest of the thread's allocation buffer, 8 KiB, as used.
    /// </summary>
    private const int NothingPerStep = 20_000;

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData("EHLO x\r\n", "250 ok\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    public async Task Steady_state_of_small_exchanges_allocates_nothing(string request, string response)
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var (asked, answered) = (Encoding.Latin1.GetBytes(request), Encoding.Latin1.GetBytes(response));
        Exchange(client, server, asked, answered, 50);
        var before = await AllocatedAsync(proxy);
        Exchange(client, server, asked, answered, 2000);
        Assert.InRange(await AllocatedAsync(proxy) - before, 0, NothingPerStep);
    }

    [Fact]
    public async Task Steady_state_of_bulk_allocates_nothing()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var chunk = new byte[2_000_000];
        await PassAsync(client, server, chunk, 10);
        var before = await AllocatedAsync(proxy);
        await PassAsync(client, server, chunk, 50);
        Assert.InRange(await AllocatedAsync(proxy) - before, 0, NothingPerStep);
    }

    private static void Exchange(Socket client, Socket server, byte[] request, byte[] response, int times)
    {
        for (var i = 0; i < times; i++)
        {
            client.Send(request);
            Fill(server, new byte[request.Length]);
            server.Send(response);
            Fill(client, new byte[response.Length]);
        }
    }

    private static async Task PassAsync(Socket from, Socket to, byte[] chunk, int times)
    {
        var reading = to.ReadExactlyAsync(chunk.Length * times);
        for (var i = 0; i < times; i++)
            await from.SendAllAsync(chunk);
        await reading;
    }

    private static void Fill(Socket socket, byte[] buffer)
    {
        for (var at = 0; at < buffer.Length;)
            at += socket.Receive(buffer, at, buffer.Length - at, SocketFlags.None);
    }

    /// <summary>What the loop's own thread has allocated in its life.</summary>
    private static Task<long> AllocatedAsync(ProxyFixture proxy)
    {
        var answer = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Server.Loops.Single().Post(() => answer.SetResult(GC.GetAllocatedBytesForCurrentThread()));
        return answer.Task;
    }
}
