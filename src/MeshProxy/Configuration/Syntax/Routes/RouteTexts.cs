using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>The plain values that routes are written in.</summary>
internal static class RouteTexts
{
    public static readonly FormSyntax Expression = new(
        $"a .NET expression without look-around and back-references, at most {RouteExpression.Longest} characters, "
        + "that matches the whole text",
        RouteExpression.Longest, RouteForms.Expression);

    public static readonly TrueSyntax True = new();

    public static readonly FormSyntax HeaderName = new("a header name", 256, RouteForms.Token);
    public static readonly FormSyntax EditedName = new(
        "a header name, other than those that frame a message", 256, RouteForms.EditedHeader);
    public static readonly FormSyntax HeaderContent = new("a text of printable ASCII", 4096, RouteForms.HeaderValue);
    public static readonly FormSyntax Method = new("a method, in upper case as clients send it", 32, RouteForms.Token);
    public static readonly FormSyntax Host = new(
        "a host name, or *. and a suffix, such as shop.example, *.shop.example", 255, RouteForms.Host);
    public static readonly FormSyntax Path = new("a path that begins with /", 4096, RouteForms.Path);

    public static readonly FormSyntax Target = new(
        "an IP address or a DNS name with a port, such as 10.0.0.7:8080, cart.shop.svc:80", 261, RouteForms.Target);

    public static readonly TextSyntax Name = new("a name", mayBeEmpty: false, longest: 100);
    public static readonly TextSyntax GrpcName = new("a name as in the .proto file", mayBeEmpty: false, longest: 256);
    public static readonly DurationSyntax Duration = new(TimeSpan.FromDays(365));
    public static readonly DurationSyntax Pause = new(TimeSpan.FromMinutes(1));
}
