using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Telemetry.Destinations;

/// <summary>Where connections go: a server of this pod is not the same row whether neighbours reach it or the pod itself does.</summary>
public readonly record struct DestinationKey(Direction Direction, SocketEndpoint Endpoint);
