namespace MeshProxy.Values;

/// <summary>What becomes of traffic that leaves for a network.</summary>
public enum TrafficPolicy
{
    Allow,
    Deny,
}
