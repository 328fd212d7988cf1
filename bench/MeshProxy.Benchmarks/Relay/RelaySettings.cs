using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;

namespace MeshProxy.Benchmarks.Relay;

/// <summary>One loop, listening wherever the kernel has a port, every port opaque.</summary>
internal static class RelaySettings
{
    private static readonly KeepaliveSettings Keepalive = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10), Count: 3);

    private static readonly TcpSettings Tcp = new(
        ConnectTimeout: TimeSpan.FromSeconds(10),
        IdleTimeout: TimeSpan.FromDays(5),
        HalfCloseTimeout: TimeSpan.FromHours(1),
        UserTimeout: TimeSpan.FromSeconds(60),
        Keepalive);

    private static readonly DirectionSettings Direction = new(
        [SocketEndpoint.V4(0x7f000001, 0)],
        new PortSet([new PortRange(1, ushort.MaxValue)]),
        new DetectionSettings(Timeout: TimeSpan.FromSeconds(10), DialDelay: TimeSpan.Zero, RememberFor: TimeSpan.Zero),
        Tcp);

    public static ProxySettings Loopback { get; } =
        new(Direction, Direction, new LoopSettings(1), new ShutdownSettings(TimeSpan.FromSeconds(1)));
}
