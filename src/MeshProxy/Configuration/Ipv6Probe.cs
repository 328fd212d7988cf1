using System.Net;
using System.Net.Sockets;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Configuration;

/// <summary>
/// Whether this network namespace has an IPv6 address to listen at. The kernel may lack IPv6 (socket: EAFNOSUPPORT) or have it turned
/// off for the interface (bind: EADDRNOTAVAIL), so it is tried, at a port of the kernel's choice.
/// </summary>
internal static class Ipv6Probe
{
    public static bool CanBind(SocketEndpoint endpoint)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.DualMode = false;
            // Where disable_ipv6 is set, :: still binds but no packet will ever arrive: ::1 tells the truth for both.
            socket.Bind(new IPEndPoint(endpoint.IsAny ? IPAddress.IPv6Loopback : endpoint.ToIPAddress(), 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
