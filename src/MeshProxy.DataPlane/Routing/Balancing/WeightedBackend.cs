namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>A backend's share in a route.</summary>
internal sealed record WeightedBackend(Backend Backend, int Weight);
