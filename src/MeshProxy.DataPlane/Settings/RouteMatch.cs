using System.Collections.Immutable;

namespace MeshProxy.DataPlane.Settings;

/// <summary>One way for a request to match: every condition that is given holds.</summary>
/// <param name="Path">Of the path alone, decoded, without its query. Any by default.</param>
/// <param name="Methods">Case-sensitive; none given is every method.</param>
/// <param name="GrpcService">Such as <c>shop.Cart</c>; makes it a match of gRPC requests alone. Empty is any.</param>
/// <param name="GrpcMethod">Such as <c>AddItem</c>. Empty is any.</param>
public sealed record RouteMatch(
    RouteText Path, ImmutableArray<string> Methods, ImmutableArray<RouteHeader> Headers, string GrpcService, string GrpcMethod)
{
    public static RouteMatch Everything { get; } = new(RouteText.Any, [], [], "", "");
}
