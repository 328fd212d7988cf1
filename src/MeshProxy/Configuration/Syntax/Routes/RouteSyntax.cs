using MeshProxy.DataPlane.Settings;
using Field = MeshProxy.Configuration.Syntax.ObjectField<MeshProxy.DataPlane.Settings.RouteSettings>;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>How a route is written. The order of the fields is the order in which they are shown.</summary>
internal static class RouteSyntax
{
    public static readonly ChoiceSyntax<RouteProtocol> Protocols = new(
        ("same", RouteProtocol.Same), ("http1", RouteProtocol.Http1), ("http2", RouteProtocol.Http2));

    /// <summary>After what it is made of: static fields are set in the order they stand.</summary>
    private static readonly ObjectSyntax<RouteSettings> Route = new(
        RouteSettings.Empty,
        Field.Of("name", RouteTexts.Name, "For logs, spans and the status page.",
            r => r.Name, (r, v) => r with { Name = v }, isRequired: true),
        Field.Of("ports", new PortRangesSyntax(), "Original destination ports; none is every port.",
            r => r.Ports, (r, v) => r with { Ports = v }),
        Field.Of("destinations", new NetworkListSyntax(), "Original destination networks; none is every address.",
            r => r.Destinations, (r, v) => r with { Destinations = v }),
        Field.Of("hosts", new ListSyntax<string>(RouteTexts.Host), "None is every host.",
            r => r.Hosts, (r, v) => r with { Hosts = v }),
        Field.Of("matches", new ListSyntax<RouteMatch>(RouteMatchSyntax.Syntax), "One of them suffices; none is every request.",
            r => r.Matches, (r, v) => r with { Matches = v }),
        Field.Of("backends", new ListSyntax<RouteBackend>(RouteBackendSyntax.Syntax, "target", b => b.Target),
            "None is the original destination.",
            r => r.Backends, (r, v) => r with { Backends = v }),
        Field.Of("protocol", Protocols,
            "What backends are spoken to in; same is what the client speaks.",
            r => r.Protocol, (r, v) => r with { Protocol = v }),
        Field.Of("timeout", RouteTexts.Duration, "From the end of a request's head to the end of its response. 0 is http.timeouts.request.",
            r => r.Timeout, (r, v) => r with { Timeout = v }),
        Field.Of("retries", RouteRetriesSyntax.Syntax, "When a request is sent again.",
            r => r.Retries, (r, v) => r with { Retries = v }),
        Field.Of("ejection", RouteEjectionSyntax.Syntax, "When an address is taken out of the choice.",
            r => r.Ejection, (r, v) => r with { Ejection = v }),
        Field.Of("requestHeaders", RouteHeaderEditsSyntax.Syntax, "Changes to requests.",
            r => r.RequestHeaders, (r, v) => r with { RequestHeaders = v }),
        Field.Of("responseHeaders", RouteHeaderEditsSyntax.Syntax, "Changes to responses.",
            r => r.ResponseHeaders, (r, v) => r with { ResponseHeaders = v }),
        Field.Of("forwarded", new BooleanSyntax(), "Whether X-Forwarded-For, -Host and -Proto are appended.",
            r => r.Forwarded, (r, v) => r with { Forwarded = v }));

    public static readonly ListSyntax<RouteSettings> List = new(Route, "name", route => route.Name);
}
