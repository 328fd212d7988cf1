using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MeshProxy.PodTests.Endurance;

/// <summary>A web server in one pod, and the client of it that all conversations of the other share.</summary>
internal sealed class WebUpstream : IUpstream, IAsyncDisposable
{
    private readonly Func<IPEndPoint, Task<Socket>> _connect;
    private readonly Pod _servers;
    private readonly HttpProtocols _protocols;
    private readonly List<CountedClient> _clients = [];
    private WebServer _server;

    private WebUpstream(Func<IPEndPoint, Task<Socket>> connect, Pod servers, HttpProtocols protocols, WebServer server)
    {
        (_connect, _servers, _protocols, _server, Endpoint) = (connect, servers, protocols, server, server.Endpoint);
        RenewClient();
    }

    public IPEndPoint Endpoint { get; }

    public HttpClient Http { get; private set; } = null!;

    public Generation Generation { get; } = new();

    public static async Task<WebUpstream> StartAsync(Func<IPEndPoint, Task<Socket>> connect, Pod servers, HttpProtocols protocols) => new(
        connect, servers, protocols, await WebServer.StartAsync(servers, servers.Namespace.NextPort(), protocols));

    public CountedClient NewClient() =>
        new(_connect, Endpoint, _protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11);

    public Task RestartAsync() => Generation.InterruptAsync(async () =>
    {
        await _server.DisposeAsync();
        _server = await WebServer.StartAsync(_servers, (ushort)Endpoint.Port, _protocols);
        RenewClient();
    });

    /// <summary>
    /// The next conversations have a client that knows no connection of before, so that nothing excuses them; those under way keep theirs.
    /// </summary>
    public void RenewClient()
    {
        _clients.Add(NewClient());
        Http = _clients[^1].Http;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _server.DisposeAsync();
    }
}
