using MeshProxy.DataPlane.Settings;
using Field = MeshProxy.Configuration.Syntax.ObjectField<MeshProxy.DataPlane.Settings.RouteMatch>;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>One way for a request to match.</summary>
internal static class RouteMatchSyntax
{
    public static readonly ObjectSyntax<RouteMatch> Syntax = new(
        RouteMatch.Everything,
        Field.Of("path", new RouteTextSyntax(RouteTexts.Path, RouteTextKind.Prefix, RouteTextKind.Exact, RouteTextKind.Regex),
            "The decoded path without its query; a prefix by whole segments.",
            m => m.Path, (m, v) => m with { Path = v }),
        Field.Of("methods", new ListSyntax<string>(RouteTexts.Method), "None is every method.",
            m => m.Methods, (m, v) => m with { Methods = v }),
        Field.Of("headers", new ListSyntax<RouteHeader>(RouteHeaderSyntax.Syntax), "All of them.",
            m => m.Headers, (m, v) => m with { Headers = v }),
        Field.Of("grpcService", RouteTexts.GrpcName, "With its package; makes it a match of gRPC requests alone.",
            m => m.GrpcService, (m, v) => m with { GrpcService = v }),
        Field.Of("grpcMethod", RouteTexts.GrpcName, "As grpcService.",
            m => m.GrpcMethod, (m, v) => m with { GrpcMethod = v }));
}
