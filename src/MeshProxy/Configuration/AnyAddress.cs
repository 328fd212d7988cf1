using System.Collections.Immutable;
using System.Net;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Configuration;

/// <summary>[::] as an option of a command: every address that the pod has, of whichever family. A cluster may have but one.</summary>
internal static class AnyAddress
{
    /// <summary>For listeners that take IPv6 alone at [::].</summary>
    public static ImmutableArray<SocketEndpoint> Listeners(SocketEndpoint endpoint)
    {
        if (!endpoint.IsAny || endpoint.IsV4)
            return [endpoint];
        var v4 = SocketEndpoint.V4(0, endpoint.Port);
        return Ipv6Probe.CanBind(endpoint) ? [v4, endpoint] : [v4];
    }

    /// <summary>For a listener that takes both families at [::], which needs a kernel with IPv6.</summary>
    public static IPEndPoint Listener(IPEndPoint endpoint) =>
        endpoint.Address.Equals(IPAddress.IPv6Any) && !Ipv6Probe.CanBind(SocketEndpoint.From(endpoint))
            ? new IPEndPoint(IPAddress.Any, endpoint.Port)
            : endpoint;
}
