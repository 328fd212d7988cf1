using System.Collections.Immutable;
using System.Net;
using MeshProxy.Values;

namespace MeshProxy.Netfilter;

/// <summary>Connections of the pod's clients.</summary>
/// <param name="Port">Where the proxy listens, on loopback.</param>
public sealed record OutboundRedirect(ushort Port = 4140)
{
    /// <summary>Destination ports that bypass the proxy.</summary>
    public ImmutableArray<PortRange> SkipPorts { get; init; } = [];

    /// <summary>Destination networks that bypass the proxy.</summary>
    public ImmutableArray<IPNetwork> SkipSubnets { get; init; } = [];

    public OwnPodPolicy OwnPod { get; init; }
}
