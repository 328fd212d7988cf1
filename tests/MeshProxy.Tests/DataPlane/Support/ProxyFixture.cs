using System.Net;
using System.Net.Sockets;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeshProxy.Tests.DataPlane.Support;

/// <summary>
/// A real proxy on loopback ports of the kernel's choice. In place of a redirect rule, every connection's original destination is what the
/// test says it is.
/// </summary>
internal sealed class ProxyFixture : IAsyncDisposable
{
    private readonly ProxyServer _server;

    private ProxyFixture(ProxyServer server) => _server = server;

    public ProxyServer Server => _server;

    public static TcpSettings Tcp { get; } = new(
        TimeSpan.FromSeconds(10), TimeSpan.FromDays(5), TimeSpan.FromHours(1), TimeSpan.FromSeconds(60),
        new KeepaliveSettings(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10), 3));

    public static ProxyFixture Start(
        EndPoint destination, TcpSettings? tcp = null, TimeSpan? detection = null, string opaquePorts = "", int loops = 1, IPAddress? listen = null)
    {
        var target = SocketEndpoint.From((IPEndPoint)destination);
        var address = SocketEndpoint.From(listen ?? IPAddress.Loopback, 0);
        var direction = new DirectionSettings(
            [address], new PortSet(PortList.Parse(opaquePorts, out _)), new DetectionSettings(detection ?? TimeSpan.FromSeconds(10)), tcp ?? Tcp);
        var settings = new ProxySettings(direction, direction, new LoopSettings(loops), new ShutdownSettings(TimeSpan.FromSeconds(30)));
        var server = new ProxyServer(settings, NullLoggerFactory.Instance, originalDestination: Always);
        server.Start();
        return new ProxyFixture(server);

        bool Always(LoopSocket accepted, SocketEndpoint listener, out SocketEndpoint original)
        {
            original = target;
            return true;
        }
    }

    public IPEndPoint Endpoint(Direction direction = Direction.Outbound) => _server.Endpoints(direction)[0].ToIPEndPoint();

    public async Task<Socket> ConnectAsync(Direction direction = Direction.Outbound)
    {
        var endpoint = Endpoint(direction);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint);
        return socket;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
