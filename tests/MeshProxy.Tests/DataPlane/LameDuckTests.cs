using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>What HTTP/1 clients of this pod meet while it drains.</summary>
public sealed class LameDuckTests : IDisposable
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")]
    [InlineData(
        "HTTP/1.1 200 OK\r\nconnection: keep-alive, x-hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: close, x-hop\r\nX-Hop: 1\r\ncontent-length: 0\r\n\r\n")]
    [InlineData(
        "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")]
    [InlineData(
        "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\nx")]
    [InlineData(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    public async Task Response_says_close_once_and_the_connection_ends_behind_it(string response, string expected)
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync(Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        await client.SendAsync(Bytes(Request));
        await server.ReadExactlyAsync(Request.Length);
        proxy.Server.BeginLameDuck();
        await server.SendAsync(Bytes(response[..10]));
        await server.SendAsync(Bytes(response[10..]));
        Assert.Equal(expected, Encoding.ASCII.GetString(await client.ReadToEndAsync()));
        Assert.Empty(await server.ReadToEndAsync());
        client.Dispose();
        await proxy.AssertEndedAsync(CloseReason.Drained, Direction.Inbound);
    }

    [Fact]
    public async Task Pipelined_requests_that_passed_are_all_answered_and_the_last_answer_says_close()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync(Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        await client.SendAsync(Bytes(Request + Request));
        await server.ReadExactlyAsync(2 * Request.Length);
        proxy.Server.BeginLameDuck();
        await server.SendAsync(Bytes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"));
        Assert.EndsWith("\r\n\r\n1", Encoding.ASCII.GetString(await client.ReadExactlyAsync(39)));
        // A third comes too late: it does not pass, and the client knows by the close that nobody worked on it (RFC 9112 §9.6).
        await client.SendAsync(Bytes(Request));
        await server.SendAsync(Bytes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2"));
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n2",
            Encoding.ASCII.GetString(await client.ReadToEndAsync()));
        Assert.Empty(await server.ReadToEndAsync());
    }

    [Fact]
    public async Task Connections_made_during_the_lame_duck_are_served_and_told_too()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        proxy.Server.BeginLameDuck();
        Assert.Equal(DrainState.LameDuck, proxy.Server.State);
        using var client = await proxy.ConnectAsync(Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        await client.SendAsync(Bytes(Request));
        await server.ReadExactlyAsync(Request.Length);
        await server.SendAsync(Bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        Assert.Contains("Connection: close", Encoding.ASCII.GetString(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task Outbound_responses_stay_as_they_are()
    {
        const string Response = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n";
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        proxy.Server.BeginLameDuck();
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(Bytes(Request));
            await server.ReadExactlyAsync(Request.Length);
            await server.SendAsync(Bytes(Response));
            Assert.Equal(Response, Encoding.ASCII.GetString(await client.ReadExactlyAsync(Response.Length)));
        }
    }

    [Fact]
    public async Task Switched_connection_goes_on_through_the_drain_of_inbound()
    {
        const string Upgrade = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        const string Switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync(Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        await client.SendAsync(Bytes(Upgrade));
        await server.ReadExactlyAsync(Upgrade.Length);
        proxy.Server.BeginLameDuck();
        await server.SendAsync(Bytes(Switched));
        Assert.Equal(Switched, Encoding.ASCII.GetString(await client.ReadExactlyAsync(Switched.Length)));
        // A connection that is not HTTP, and was closed for its silence, shows that the sweep has come by.
        using var silent = await proxy.ConnectAsync(Direction.Inbound);
        using var silentServer = await _listener.AcceptAsync();
        await silentServer.SendAsync(Bytes("220 hello\r\n"));
        await silent.ReadExactlyAsync(11);
        proxy.Server.DrainInbound(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await silent.ReadToEndAsync());
        await client.SendAsync(Bytes("frame"));
        Assert.Equal("frame", Encoding.ASCII.GetString(await server.ReadExactlyAsync(5)));
    }

    [Fact]
    public async Task Idle_keep_alive_connection_ends_with_the_lame_duck_and_one_with_a_request_does_not()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var idle = await proxy.ConnectAsync(Direction.Inbound);
        using var idleServer = await _listener.AcceptAsync();
        using var busy = await proxy.ConnectAsync(Direction.Inbound);
        using var busyServer = await _listener.AcceptAsync();
        await ServeAsync(idle, idleServer);
        await busy.SendAsync(Bytes(Request));
        await busyServer.ReadExactlyAsync(Request.Length);
        proxy.Server.BeginLameDuck();
        proxy.Server.DrainInbound(TimeSpan.Zero);
        Assert.Empty(await idle.ReadToEndAsync());
        Assert.Empty(await idleServer.ReadToEndAsync());
        await busyServer.SendAsync(Bytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"));
        Assert.EndsWith("Connection: close\r\n\r\nlate", Encoding.ASCII.GetString(await busy.ReadToEndAsync()));
    }

    [Fact]
    public async Task Outbound_is_dialable_while_inbound_drains()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        proxy.Server.BeginLameDuck();
        proxy.Server.DrainInbound(TimeSpan.FromMilliseconds(1));
        Assert.Equal(DrainState.Draining, proxy.Server.State);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await ServeAsync(client, server);
    }

    private static async Task ServeAsync(Socket client, Socket server)
    {
        await client.SendAsync(Bytes(Request));
        await server.ReadExactlyAsync(Request.Length);
        const string Response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        await server.SendAsync(Bytes(Response));
        await client.ReadExactlyAsync(Response.Length);
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
