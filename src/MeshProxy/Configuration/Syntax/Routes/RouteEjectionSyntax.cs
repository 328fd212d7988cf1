using MeshProxy.DataPlane.Settings;
using Field = MeshProxy.Configuration.Syntax.ObjectField<MeshProxy.DataPlane.Settings.RouteEjection>;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>When an address is taken out of the choice.</summary>
internal static class RouteEjectionSyntax
{
    public static readonly ObjectSyntax<RouteEjection> Syntax = new(
        RouteEjection.Default,
        Field.Of("failures", new IntegerSyntax(0, 10_000), "In a row. 0, the default, is never.",
            e => e.Failures, (e, v) => e with { Failures = v }),
        Field.Of("for", RouteTexts.Duration, "The first time; doubled each further time in a row. Default 1s.",
            e => e.For, (e, v) => e with { For = v }),
        Field.Of("longest", RouteTexts.Duration, "Also the longest Retry-After that is honoured. Default 1m.",
            e => e.Longest, (e, v) => e with { Longest = v }));
}
