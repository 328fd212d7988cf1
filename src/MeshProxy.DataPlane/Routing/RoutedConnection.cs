using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Routing;

/// <summary>What a routed request must know of the connection it came on: a connection feature.</summary>
/// <param name="gate">Null for HTTP/2.</param>
internal sealed class RoutedConnection(SocketEndpoint target, RequestGate? gate)
{
    public RequestGate? Gate => gate;

    /// <summary>The original destination: for requests that no route matches, and for routes without backends.</summary>
    public UpstreamEndpoint Original { get; } = new(target);

    public SocketEndpoint Target => Original.Address;
}
