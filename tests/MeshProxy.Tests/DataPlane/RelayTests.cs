using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

public sealed class RelayTests : IDisposable
{
    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Bytes_pass_both_ways_unchanged()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("hello\n"u8.ToArray());
        Assert.Equal("hello\n"u8.ToArray(), await server.ReadExactlyAsync(6));
        await server.SendAsync("world!"u8.ToArray());
        Assert.Equal("world!"u8.ToArray(), await client.ReadExactlyAsync(6));
    }

    [Fact]
    public async Task Bytes_pass_over_ipv6()
    {
        using var listener = Peer.Listen(IPAddress.IPv6Loopback);
        await using var proxy = ProxyFixture.Start(listener.LocalEndPoint!, listen: IPAddress.IPv6Loopback);
        using var client = await proxy.ConnectAsync();
        using var server = await listener.AcceptAsync();
        await client.SendAsync("hello\n"u8.ToArray());
        Assert.Equal("hello\n"u8.ToArray(), await server.ReadExactlyAsync(6));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(50_000_000)]
    public async Task Bulk_arrives_whole_and_the_end_with_it(int size)
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var data = RandomNumberGenerator.GetBytes(size);
        await SendAndCompareAsync(client, server, data);
        await SendAndCompareAsync(server, client, data);
        await proxy.AssertEndedAsync(CloseReason.Completed);
    }

    [Fact]
    public async Task Bulk_both_ways_at_once_arrives_whole()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var (up, down) = (RandomNumberGenerator.GetBytes(20_000_000), RandomNumberGenerator.GetBytes(20_000_000));
        await Task.WhenAll(SendAndCompareAsync(client, server, up), SendAndCompareAsync(server, client, down));
    }

    [Fact]
    public async Task Slow_reader_gets_every_byte_and_slows_the_sender()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        // More than all kernels on the way have room for: a receive buffer may grow to 32 MiB.
        var data = RandomNumberGenerator.GetBytes(100_000_000);
        var sending = client.SendAllAsync(data);
        Assert.NotSame(sending, await Task.WhenAny(sending, Task.Delay(300)));
        var received = await server.ReadExactlyAsync(data.Length);
        await sending;
        Assert.Equal(SHA256.HashData(data), SHA256.HashData(received));
    }

    [Fact]
    public async Task Slow_reader_keeps_no_pipe_from_those_who_are_fast()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = Peer.WithSmallWindow();
        await client.ConnectAsync(proxy.Endpoint());
        using var server = await _listener.AcceptAsync();
        var sending = server.SendWithoutEndAsync();
        // Reads until it is bulk, and then not. A stop makes it slow, which takes 4 MiB to overcome.
        do
            await client.ReadExactlyAsync(8_000_000);
        while (!await HoldsAsync(proxy, pipes: 1, blocks: 0, TimeSpan.FromMilliseconds(300)));
        await Task.Delay(300);
        // Enough to make room for what is held, and for some of what follows.
        await client.ReadExactlyAsync(3_000_000);
        Assert.True(await HoldsAsync(proxy, pipes: 0, blocks: 1, Peer.Patience), "the pipe is still held");
        client.Reset();
        await Assert.ThrowsAsync<SocketException>(() => sending.WaitAsync(Peer.Patience));
    }

    [Fact]
    public async Task Small_bursts_between_bulk_keep_their_order()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        var random = new Random(7);
        var parts = Enumerable.Range(0, 60)
            .Select(_ => new byte[random.Next(2) == 0 ? random.Next(1, 200) : random.Next(500_000, 2_000_000)])
            .ToList();
        parts.ForEach(random.NextBytes);
        var reading = server.ReadToEndAsync();
        foreach (var part in parts)
            await client.SendAllAsync(part);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(SHA256.HashData(parts.SelectMany(p => p).ToArray()), SHA256.HashData(await reading));
    }

    [Fact]
    public async Task Many_connections_on_all_loops_do_not_mix()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, loops: 3);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => EchoOnceAsync(proxy)));
    }

    /// <summary>Whether the loop comes to hold so many of each within that time.</summary>
    private static async Task<bool> HoldsAsync(ProxyFixture proxy, int pipes, int blocks, TimeSpan within)
    {
        var loop = proxy.Server.Loops.Single();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < within; await Task.Delay(5))
        {
            var held = new TaskCompletionSource<(int Pipes, int Blocks)>(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.Post(() => held.SetResult((loop.Pipes.Rented, loop.Blocks.Rented)));
            if (await held.Task == (pipes, blocks))
                return true;
        }
        return false;
    }

    private async Task EchoOnceAsync(ProxyFixture proxy)
    {
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        // Whoever was accepted may be another pair's client: each server tells its peer what it got, and each client checks its own words.
        var words = RandomNumberGenerator.GetBytes(3000);
        var echoing = Task.Run(async () => await server.SendAllAsync(await server.ReadExactlyAsync(words.Length)));
        await client.SendAllAsync(words);
        Assert.Equal(words, await client.ReadExactlyAsync(words.Length));
        await echoing;
    }

    private static async Task SendAndCompareAsync(Socket from, Socket to, byte[] data)
    {
        var receiving = to.ReadToEndAsync();
        await from.SendAllAsync(data);
        from.Shutdown(SocketShutdown.Send);
        Assert.Equal(SHA256.HashData(data), SHA256.HashData(await receiving));
    }
}
