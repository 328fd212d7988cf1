namespace MeshProxy.Compare.Cases;

/// <summary>What MeshProxy has to reach in a metric.</summary>
/// <param name="Limit">
/// The most that is allowed: a multiple of <paramref name="Peer"/>'s number, or an amount in the metric's unit.
/// </param>
/// <param name="Peer">The proxy it is measured against; null where the limit is an amount.</param>
internal sealed record Bar(string Metric, double Limit, string? Peer = null)
{
    public const string Subject = "meshproxy";

    /// <summary>The limit is an amount over the peer's number instead of a multiple of it.</summary>
    public bool Added { get; init; }

    /// <summary>Whom it binds.</summary>
    public string Proxy { get; init; } = Subject;

    /// <summary>The most that is allowed, in the metric's unit, beside a peer with this number.</summary>
    public double Beside(double peer) => Added ? peer + Limit : peer * Limit;

    /// <summary>A number against the peer's, in the bar's own terms.</summary>
    public double Against(double own, double peer) => Added ? own - peer : own / peer;
}
