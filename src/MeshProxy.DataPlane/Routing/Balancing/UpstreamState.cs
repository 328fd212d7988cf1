using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>An address of a backend at one moment.</summary>
/// <param name="Target">As the route names it.</param>
/// <param name="Pending">Requests under way.</param>
/// <param name="Failures">In a row.</param>
/// <param name="Latency">To the head of a response, averaged; null while there has been none.</param>
/// <param name="AvailableIn">Until it is chosen again; zero where it is.</param>
public sealed record UpstreamState(
    string Target, SocketEndpoint Address, BackendCondition Condition, int Pending, int Failures, TimeSpan? Latency, TimeSpan AvailableIn);
