using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MeshProxy.PodTests.Endurance;

/// <summary>One direction of the traffic: servers in one pod, clients in the other, a sidecar between them.</summary>
internal sealed class SoakSide : IAsyncDisposable
{
    private readonly Pod _clients;
    private readonly Pod _servers;
    private readonly List<IAsyncDisposable> _web = [];

    private SoakSide(Pod clients, Pod servers)
    {
        (_clients, _servers) = (clients, servers);
        Stream = new StreamServer(servers, servers.Namespace.NextPort());
        OpaqueStream = new StreamServer(servers, OpaqueRange.NextPort());
        Greeter = new StreamServer(servers, servers.Namespace.NextPort(), greets: true);
        Nobody = new IPEndPoint(servers.V4, servers.Namespace.NextPort());
    }

    public StreamServer Stream { get; }

    public StreamServer OpaqueStream { get; }

    public StreamServer Greeter { get; }

    public IPEndPoint Nobody { get; }

    public HttpClient Http1 { get; private set; } = null!;

    public HttpClient Http2 { get; private set; } = null!;

    public static async Task<SoakSide> StartAsync(Pod clients, Pod servers)
    {
        var side = new SoakSide(clients, servers);
        side.Http1 = await side.WebAsync(HttpProtocols.Http1, HttpVersion.Version11);
        side.Http2 = await side.WebAsync(HttpProtocols.Http2, HttpVersion.Version20);
        return side;
    }

    public Task<Socket> ConnectAsync(IPEndPoint destination) => _clients.ConnectAsync(destination);

    public async ValueTask DisposeAsync()
    {
        Http1?.Dispose();
        Http2?.Dispose();
        foreach (var web in _web)
            await web.DisposeAsync();
        Stream.Dispose();
        OpaqueStream.Dispose();
        Greeter.Dispose();
    }

    private async Task<HttpClient> WebAsync(HttpProtocols protocols, Version version)
    {
        var server = await WebServer.StartAsync(_servers, _servers.Namespace.NextPort(), protocols);
        _web.Add(server);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, _) => new NetworkStream(await ConnectAsync(server.Endpoint), ownsSocket: true),
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"http://{server.Endpoint}"),
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }
}
