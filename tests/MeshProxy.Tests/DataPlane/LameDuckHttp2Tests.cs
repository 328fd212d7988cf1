using System.Buffers.Binary;
using System.Net.Sockets;
using MeshProxy.DataPlane;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http2;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>What HTTP/2 clients of this pod meet while it drains (RFC 9113 §6.8), frame by frame.</summary>
public sealed class LameDuckHttp2Tests : IDisposable
{
    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Client_is_told_twice_loses_no_stream_on_its_way_and_the_connection_ends_with_the_last_one()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync(Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        await OpenAsync(client, server);
        proxy.Server.BeginLameDuck();
        // 1. No more streams, said with the highest number there is, so that one on its way is not lost.
        Assert.Equal(int.MaxValue, LastStream(await ReadAsync(client, Frames.GoAwayType)));
        var ping = await ReadAsync(client, Frames.PingType);
        await client.SendAsync(Frames.Get(3));
        Assert.Equal(Frames.Get(3), await server.ReadExactlyAsync(Frames.Get(3).Length));
        // 2. The answer to the ping does not reach the server; what comes behind it does.
        await client.SendAsync((byte[])[.. Frames.Frame(Frames.PingType, Frames.Ack, 0, ping), .. Frames.WindowUpdate(0)]);
        Assert.Equal(Frames.WindowUpdate(0), await server.ReadExactlyAsync(Frames.WindowUpdate(0).Length));
        Assert.Equal(3, LastStream(await ReadAsync(client, Frames.GoAwayType)));
        // 3. Both streams are answered; then, and not before, the connection ends.
        await server.SendAsync((byte[])[.. Answer(1), .. Answer(3)]);
        foreach (var type in new[] { Frames.HeadersType, Frames.DataType, Frames.HeadersType, Frames.DataType })
            await ReadAsync(client, type);
        Assert.Empty(await client.ReadToEndAsync());
        client.Dispose();
        await proxy.AssertEndedAsync(CloseReason.Drained, Direction.Inbound);
    }

    /// <summary>It hangs up itself, and may still be about to take a request back that it had given this connection.</summary>
    [Fact]
    public async Task Client_that_was_told_has_a_second_to_hang_up_itself()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync(Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        await OpenAsync(client, server);
        await server.SendAsync(Answer(1));
        await ReadAsync(client, Frames.HeadersType);
        await ReadAsync(client, Frames.DataType);
        proxy.Server.BeginLameDuck();
        await HearAsync(client);
        var told = TimeProvider.System.GetTimestamp();
        await ReadAsync(client, Frames.GoAwayType);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(told), TimeSpan.FromMilliseconds(900), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Words_stand_between_frames_and_never_in_one()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync(Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        await OpenAsync(client, server);
        var (head, data) = (Frames.Headers(1, 0, (":status", "200")), Frames.Data(1, 10_000));
        await server.SendAsync((byte[])[.. head, .. data[..100]]);
        Assert.Equal((byte[])[.. head, .. data[..100]], await client.ReadExactlyAsync(head.Length + 100));
        proxy.Server.BeginLameDuck();
        await server.SendAsync((byte[])[.. data[100..], .. Frames.Data(1, 15_000, Frames.EndStream)]);
        Assert.Equal(data[100..], await client.ReadExactlyAsync(data.Length - 100));
        Assert.Equal(int.MaxValue, LastStream(await ReadAsync(client, Frames.GoAwayType)));
        await ReadAsync(client, Frames.PingType);
        Assert.Equal(15_000, (await ReadAsync(client, Frames.DataType)).Length);
    }

    [Fact]
    public async Task Stream_opened_after_both_goaways_is_refused_and_reaches_no_server()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync(Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        await OpenAsync(client, server);
        proxy.Server.BeginLameDuck();
        await HearAsync(client);
        Assert.Equal(1, LastStream(await ReadAsync(client, Frames.GoAwayType)));
        await client.SendAsync(Frames.Get(3));
        var refused = await ReadAsync(client, Frames.ResetType);
        Assert.Equal(7, BinaryPrimitives.ReadInt32BigEndian(refused));
        await server.SendAsync(Answer(1));
        await ReadAsync(client, Frames.HeadersType);
        await ReadAsync(client, Frames.DataType);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Empty(await server.ReadToEndAsync());
    }

    [Fact]
    public async Task Client_without_a_stream_is_told_with_its_first()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        proxy.Server.BeginLameDuck();
        using var client = await proxy.ConnectAsync(Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        await OpenAsync(client, server);
        Assert.Equal(int.MaxValue, LastStream(await ReadAsync(client, Frames.GoAwayType)));
    }

    /// <summary>Both sides have begun, and stream 1 is open.</summary>
    private static async Task OpenAsync(Socket client, Socket server)
    {
        byte[] request = [.. Frames.ClientStart, .. Frames.Get(1)];
        await client.SendAsync(request);
        Assert.Equal(request, await server.ReadExactlyAsync(request.Length));
        await server.SendAsync(Frames.Settings());
        Assert.Equal(Frames.Settings(), await client.ReadExactlyAsync(Frames.Settings().Length));
    }

    /// <summary>Takes the first GOAWAY, and answers the ping behind it.</summary>
    private static async Task HearAsync(Socket client)
    {
        await ReadAsync(client, Frames.GoAwayType);
        await client.SendAsync(Frames.Frame(Frames.PingType, Frames.Ack, 0, await ReadAsync(client, Frames.PingType)));
    }

    /// <summary>The payload of the next frame, which must be of that type.</summary>
    private static async Task<byte[]> ReadAsync(Socket client, byte type)
    {
        var header = await client.ReadExactlyAsync(9);
        Assert.Equal(type, header[3]);
        return await client.ReadExactlyAsync(header[0] << 16 | header[1] << 8 | header[2]);
    }

    private static int LastStream(byte[] goAway) => BinaryPrimitives.ReadInt32BigEndian(goAway);

    private static byte[] Answer(int stream) =>
        [.. Frames.Headers(stream, 0, (":status", "200")), .. Frames.Data(stream, 3, Frames.EndStream)];
}
