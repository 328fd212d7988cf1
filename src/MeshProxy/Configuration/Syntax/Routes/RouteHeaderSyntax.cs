using MeshProxy.DataPlane.Settings;
using Field = MeshProxy.Configuration.Syntax.ObjectField<MeshProxy.DataPlane.Settings.RouteHeader>;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>A condition on one header.</summary>
internal static class RouteHeaderSyntax
{
    public static readonly ObjectSyntax<RouteHeader> Syntax = new(
        RouteHeader.Empty,
        Field.Of("name", RouteTexts.HeaderName, "Compared without case.",
            h => h.Name, (h, v) => h with { Name = v }, isRequired: true),
        Field.Of("value", new RouteTextSyntax(RouteTexts.HeaderContent, RouteTextKind.Exact, RouteTextKind.Regex, RouteTextKind.Present),
            "What its value is; without it, that it is there suffices.",
            h => h.Value, (h, v) => h with { Value = v }));
}
