namespace MeshProxy.DataPlane.Settings;

/// <param name="Target">An IP address or a DNS name, with a port.</param>
/// <param name="Weight">Share of the requests, relative to the other backends. Default 1; 0 gets none.</param>
public sealed record RouteBackend(string Target, int Weight)
{
    public static RouteBackend Empty { get; } = new("", 1);
}
