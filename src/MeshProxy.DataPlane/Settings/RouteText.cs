namespace MeshProxy.DataPlane.Settings;

/// <param name="Text">What to compare with; empty where <see cref="RouteTextKind.Present"/>.</param>
public sealed record RouteText(RouteTextKind Kind, string Text)
{
    public static RouteText Any { get; } = new(RouteTextKind.Present, "");
}
