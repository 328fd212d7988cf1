using System.Collections.Immutable;
using System.Net;
using MeshProxy.Values;

namespace MeshProxy.Netfilter;

/// <summary>Connections to the pod's servers.</summary>
/// <param name="Port">Where the proxy listens.</param>
/// <param name="AdminPort">The proxy's own HTTP endpoints; never redirected.</param>
public sealed record InboundRedirect(ushort Port = 4143, ushort AdminPort = 4191)
{
    /// <summary>Destination ports that bypass the proxy, beside the admin port.</summary>
    public ImmutableArray<PortRange> SkipPorts { get; init; } = [];

    /// <summary>Networks whose clients bypass the proxy.</summary>
    public ImmutableArray<IPNetwork> SkipSubnets { get; init; } = [];

    public InboundMode Mode { get; init; }

    public InboundMethod Method { get; init; }
}
