namespace MeshProxy.DataPlane.Settings;

/// <summary>A condition on one header. Names are compared without case, values with.</summary>
public sealed record RouteHeader(string Name, RouteText Value)
{
    public static RouteHeader Empty { get; } = new("", RouteText.Any);
}
