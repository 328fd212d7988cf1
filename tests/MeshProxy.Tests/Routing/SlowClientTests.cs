using System.Net.Sockets;
using System.Runtime.InteropServices;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Routing.Support;
using MeshProxy.Transport.Loops;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.Routing;

public sealed class SlowClientTests
{
    private const int Length = 6_000_000;

    /// <summary>It is lifted while a client is slow, and must watch over the next request again.</summary>
    [Fact]
    public async Task User_timeout_is_back_when_a_slow_client_has_everything()
    {
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            context.Response.ContentLength = Length;
            await context.Response.Body.WriteAsync(new byte[Length]);
        });
        var tcp = ProxyFixture.Tcp with { UserTimeout = TimeSpan.FromSeconds(1) };
        await using var proxy = ProxyFixture.StartRouted(
            backend.EndPoint, [Routes.To(backend.Target)], settings => settings with { Outbound = settings.Outbound with { Tcp = tcp } });
        using var client = Peer.WithSmallWindow();
        await client.ConnectAsync(proxy.Endpoint());
        await client.SendAllAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        await Task.Factory.StartNew(() => ReadSlowly(client), TaskCreationOptions.LongRunning);
        var loop = proxy.Server.Loops.Single();
        for (var waited = Task.Delay(Peer.Patience); await UserTimeoutAsync(loop) != 1000; await Task.Delay(20))
            Assert.False(waited.IsCompleted, "the timeout is off for good");
    }

    /// <summary>800 KB a second, head and all.</summary>
    private static void ReadSlowly(Socket client)
    {
        client.ReceiveTimeout = (int)Peer.Patience.TotalMilliseconds;
        var buffer = new byte[20_000];
        for (var read = 0; read < Length; read += client.Receive(buffer))
            Thread.Sleep(25);
    }

    /// <summary>Of the one client; the upstream's socket is not the loop's.</summary>
    private static Task<int> UserTimeoutAsync(EventLoop loop)
    {
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() =>
        {
            var (timeout, size) = (0, sizeof(int));
            loop.ForEachSocket(socket => _ = getsockopt(socket.Descriptor, level: 6, name: 18, ref timeout, ref size));
            answer.SetResult(timeout);
        });
        return answer.Task;
    }

    [DllImport("libc")]
    private static extern int getsockopt(int descriptor, int level, int name, ref int value, ref int size);
}
