namespace MeshProxy.DataPlane.Settings;

/// <summary>A header as it will stand in the message.</summary>
public sealed record RouteHeaderValue(string Name, string Value)
{
    public static RouteHeaderValue Empty { get; } = new("", "");
}
