using System.Collections.Immutable;

namespace MeshProxy.Values;

/// <summary>Destinations outside the cluster and what traffic to them may do, from the configuration or from a manifest.</summary>
/// <param name="Name">For metrics, errors and the status page; a manifest's namespace and name.</param>
/// <param name="Ports">The destination ports it is about; empty means all.</param>
/// <param name="OpaquePorts">Ports of these destinations that are relayed without detection.</param>
public sealed record EgressNetwork(
    string Name,
    ImmutableArray<EgressBlock> Blocks,
    TrafficPolicy Policy,
    ImmutableArray<PortRange> Ports,
    ImmutableArray<PortRange> OpaquePorts);
