using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle.Load;

/// <summary>A connection that has left HTTP by 101, both of its ends in the test's hands.</summary>
internal sealed class WebSocketSession : IDisposable
{
    private const string Request = "GET /chat HTTP/1.1\r\nHost: app\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private const string Answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private readonly Socket _client;
    private readonly Socket _server;

    private WebSocketSession(Socket client, Socket server) => (_client, _server) = (client, server);

    public static async Task<WebSocketSession> OpenAsync(Pod from, Pod to)
    {
        var port = to.Namespace.NextPort();
        using var listener = to.Namespace.Listen(to.V4, port);
        var client = await from.ConnectAsync(to.Endpoint(IpFamily.V4, port));
        var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);
        await client.SendTextAsync(Request);
        Assert.Equal(Request, await server.ReadTextAsync(Request.Length));
        await server.SendTextAsync(Answer);
        Assert.Equal(Answer, await client.ReadTextAsync(Answer.Length));
        return new WebSocketSession(client, server);
    }

    /// <summary>A frame there and a frame back.</summary>
    public async Task ExchangeAsync()
    {
        await _client.SendTextAsync("\u0001?");
        Assert.Equal("\u0001?", await _server.ReadTextAsync(2));
        await _server.SendTextAsync("\u0001!");
        Assert.Equal("\u0001!", await _client.ReadTextAsync(2));
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }
}
