using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MeshProxy.Tests.DataPlane.Support;

namespace MeshProxy.Tests.DataPlane;

public sealed class RelayTests : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RelayTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Bytes_pass_both_ways_unchanged()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("hello\n"u8.ToArray());
        Assert.Equal("hello\n"u8.ToArray(), await ReadExactlyAsync(server, 6));
        await server.SendAsync("world!"u8.ToArray());
        Assert.Equal("world!"u8.ToArray(), await ReadExactlyAsync(client, 6));
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
    }

    private static async Task SendAndCompareAsync(Socket from, Socket to, byte[] data)
    {
        var receiving = ReadToEndAsync(to);
        await SendAllAsync(from, data);
        from.Shutdown(SocketShutdown.Send);
        Assert.Equal(SHA256.HashData(data), SHA256.HashData(await receiving));
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
            data = data[await socket.SendAsync(data)..];
    }

    private static async Task<byte[]> ReadExactlyAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(at));
            Assert.NotEqual(0, read);
            at += read;
        }
        return bytes;
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[65536];
        while (await socket.ReceiveAsync(buffer) is var read and > 0)
            all.Write(buffer, 0, read);
        return all.ToArray();
    }
}
