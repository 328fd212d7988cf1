namespace MeshProxy.Compare.Cases;

/// <summary>What MeshProxy has to reach in a metric.</summary>
/// <param name="Limit">The most that is allowed: a multiple of <paramref name="Peer"/>'s number, or an amount in the metric's unit.</param>
/// <param name="Peer">The proxy it is measured against; null where the limit is an amount.</param>
internal sealed record Bar(string Metric, double Limit, string? Peer = null);
