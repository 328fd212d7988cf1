namespace MeshProxy.DataPlane.Settings;

/// <summary>Taking an address out of the choice after failures in a row: no connection, no response, a 5xx, a failed gRPC status.</summary>
/// <param name="Failures">In a row. Default 0, never.</param>
/// <param name="For">
/// The first time; doubled each further time in a row, up to <paramref name="Longest"/>. Then one request probes it. Default 1 s.
/// </param>
/// <param name="Longest">Default 1 min; also the longest Retry-After that is honoured.</param>
public sealed record RouteEjection(int Failures, TimeSpan For, TimeSpan Longest)
{
    public static RouteEjection Default { get; } = new(0, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
}
