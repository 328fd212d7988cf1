using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MeshProxy.PodTests.Endurance;

/// <summary>One direction of the traffic: servers in one pod, clients in the other, a sidecar between them.</summary>
internal sealed class SoakSide : IAsyncDisposable
{
    private readonly Func<IPEndPoint, Task<Socket>> _connect;

    private SoakSide(Func<IPEndPoint, Task<Socket>> connect, Pod servers, WebUpstream web1, WebUpstream web2)
    {
        (_connect, Web1, Web2) = (connect, web1, web2);
        Stream = new StreamServer(servers, servers.Namespace.NextPort());
        OpaqueStream = new StreamServer(servers, OpaqueRange.NextPort());
        Greeter = new StreamServer(servers, servers.Namespace.NextPort(), greets: true);
        Nobody = new IPEndPoint(servers.V4, servers.Namespace.NextPort());
    }

    public StreamServer Stream { get; }

    public StreamServer OpaqueStream { get; }

    public StreamServer Greeter { get; }

    public IPEndPoint Nobody { get; }

    /// <summary>Of HTTP/1.1.</summary>
    public WebUpstream Web1 { get; }

    /// <summary>Of HTTP/2.</summary>
    public WebUpstream Web2 { get; }

    public IReadOnlyList<IUpstream> Upstreams => [Stream, OpaqueStream, Greeter, Web1, Web2];

    /// <summary>What the kernel of the meshed pod knows of connections this way.</summary>
    public Generation Tracking { get; } = new();

    public TrafficPath Path { get; private init; }

    public static Task<SoakSide> StartAsync(Pod clients, Pod servers) => StartAsync(clients.ConnectAsync, servers, TrafficPath.Inbound);

    /// <param name="isProbing">Whether clients do what it takes to outlive a loss of the kernel's memory.</param>
    public static Task<SoakSide> StartAsync(Mesh mesh, TrafficPath path, bool isProbing) =>
        StartAsync(isProbing ? mesh.ClientOf(path).ConnectProbingAsync : mesh.ClientOf(path).ConnectAsync, mesh.ServerOf(path), path);

    public Task<Socket> ConnectAsync(IPEndPoint destination) => _connect(destination);

    private static async Task<SoakSide> StartAsync(Func<IPEndPoint, Task<Socket>> connect, Pod servers, TrafficPath path) => new(
        connect,
        servers,
        await WebUpstream.StartAsync(connect, servers, HttpProtocols.Http1),
        await WebUpstream.StartAsync(connect, servers, HttpProtocols.Http2))
    {
        Path = path,
    };

    /// <summary>Whoever begins after this has a client that knows no connection of before.</summary>
    public Task ForgetAsync(Func<Task> deed) => Tracking.InterruptAsync(async () =>
    {
        await deed();
        Web1.RenewClient();
        Web2.RenewClient();
    });

    public async ValueTask DisposeAsync()
    {
        await Web1.DisposeAsync();
        await Web2.DisposeAsync();
        Stream.Dispose();
        OpaqueStream.Dispose();
        Greeter.Dispose();
    }
}
