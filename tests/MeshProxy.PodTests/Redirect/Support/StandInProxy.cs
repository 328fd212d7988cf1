using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Redirect.Support;

/// <summary>
/// Listens where the proxy would, and answers <c>in</c> or <c>out</c> with the original destination: these tests are about what arrives
/// there.
/// </summary>
internal sealed class StandInProxy : IDisposable
{
    private const ushort InboundPort = 4143;
    private const ushort OutboundPort = 4140;

    private readonly Answering[] _listeners;

    public StandInProxy(NetworkNamespace space) => _listeners =
    [
        Answering.Start(space, IPAddress.Any, InboundPort, Inbound, s => s.MakeTransparent()),
        Answering.Start(space, IPAddress.IPv6Any, InboundPort, Inbound, Ipv6Only),
        Answering.Start(space, IPAddress.Loopback, OutboundPort, Outbound),
        Answering.Start(space, IPAddress.IPv6Loopback, OutboundPort, Outbound),
    ];

    public static string In(IPEndPoint destination) => $"in {destination}";

    public static string Out(IPEndPoint destination) => $"out {destination}";

    public void Dispose()
    {
        foreach (var listener in _listeners)
            listener.Dispose();
    }

    private static string Inbound(Socket client) => $"in {client.OriginalDestination()}";

    private static string Outbound(Socket client) => $"out {client.OriginalDestination()}";

    private static void Ipv6Only(Socket socket)
    {
        socket.DualMode = false;
        socket.MakeTransparent();
    }
}
