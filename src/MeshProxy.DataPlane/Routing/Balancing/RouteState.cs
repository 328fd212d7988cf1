using System.Collections.Immutable;

namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>A route at one moment.</summary>
/// <param name="Upstreams">Every known address of its backends; empty where the original destination is the backend.</param>
public sealed record RouteState(Direction Direction, string Name, ImmutableArray<UpstreamState> Upstreams);
