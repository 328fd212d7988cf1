using MeshProxy.Values;

namespace MeshProxy.DataPlane.Egress;

/// <param name="Network">The network that decided; null where the default did.</param>
/// <param name="IsOpaque">The network asks for this port to be relayed without detection.</param>
internal readonly record struct EgressDecision(TrafficPolicy Policy, bool IsOpaque, EgressNetwork? Network);
