using System.Collections.Immutable;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Settings;

/// <summary>One direction of traffic: inbound (to the pod's servers) or outbound (from the pod's clients).</summary>
/// <param name="Listen">
/// Where redirected connections are accepted. Fixed at start: a reload that changes it is reported and not applied.
/// </param>
/// <param name="OpaquePorts">Original destination ports whose connections are relayed with no detection, for every address.</param>
public sealed record DirectionSettings(
    ImmutableArray<SocketEndpoint> Listen,
    PortSet OpaquePorts,
    DetectionSettings Detection,
    TcpSettings Tcp,
    HttpSettings Http)
{
    /// <summary>HTTP that is terminated and routed. Default none.</summary>
    public ImmutableArray<RouteSettings> Routes { get; init; } = [];
}
