using MeshProxy.DataPlane.Settings;
using Field = MeshProxy.Configuration.Syntax.ObjectField<MeshProxy.DataPlane.Settings.RouteBackend>;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>Where requests of a route go.</summary>
internal static class RouteBackendSyntax
{
    public static readonly ObjectSyntax<RouteBackend> Syntax = new(
        RouteBackend.Empty,
        Field.Of("target", RouteTexts.Target, "A name is asked for again every 5 s.",
            b => b.Target, (b, v) => b with { Target = v }, isRequired: true),
        Field.Of("weight", new IntegerSyntax(0, 10_000), "Its share of the requests. Default 1.",
            b => b.Weight, (b, v) => b with { Weight = v }));
}
