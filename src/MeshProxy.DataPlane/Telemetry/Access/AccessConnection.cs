using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Telemetry.Access;

/// <summary>The connection that a request came on.</summary>
/// <param name="Target">Its original destination.</param>
internal sealed record AccessConnection(Direction Direction, SocketEndpoint Client, SocketEndpoint Target);
