using System.Collections.Immutable;
using System.Net;
using MeshProxy.DataPlane.Routing.Matching;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.Routing;

public sealed class RouteMatchTests
{
    private static readonly SocketEndpoint Destination = SocketEndpoint.From(IPAddress.Parse("10.1.2.3"), 80);

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.1.2.3/32", true)]
    [InlineData("10.2.0.0/16", false)]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("fd00::/8", false)]
    public void Covers_the_destinations_of_its_networks(string network, bool covers) =>
        Assert.Equal(covers, Compile(RouteSettings.Empty with { Destinations = [IPNetwork.Parse(network)] }).Covers(Destination));

    [Theory]
    [InlineData("80", true)]
    [InlineData("70-90", true)]
    [InlineData("8080", false)]
    [InlineData("", true)]
    public void Covers_the_destinations_of_its_ports(string ports, bool covers) =>
        Assert.Equal(covers, Compile(RouteSettings.Empty with { Ports = PortList.Parse(ports, out _) }).Covers(Destination));

    [Theory]
    [InlineData("shop.example", "shop.example", true)]
    [InlineData("shop.example", "SHOP.example:8080", true)]
    [InlineData("shop.example", "a.shop.example", false)]
    [InlineData("*.example", "shop.example", true)]
    [InlineData("*.example", "a.b.example", true)]
    [InlineData("*.example", "example", false)]
    [InlineData("*.example", "notexample", false)]
    public void Host_is_exact_or_a_suffix(string wanted, string host, bool matches) =>
        Assert.Equal(matches, Compile(RouteSettings.Empty with { Hosts = [wanted] }).Matches(Request(host: host)));

    [Theory]
    [InlineData(RouteTextKind.Prefix, "/v1", "/v1", true)]
    [InlineData(RouteTextKind.Prefix, "/v1", "/v1/users", true)]
    [InlineData(RouteTextKind.Prefix, "/v1", "/v10", false)]
    [InlineData(RouteTextKind.Prefix, "/v1/", "/v1/users", true)]
    [InlineData(RouteTextKind.Prefix, "/", "/any", true)]
    [InlineData(RouteTextKind.Exact, "/v1", "/v1", true)]
    [InlineData(RouteTextKind.Exact, "/v1", "/v1/", false)]
    [InlineData(RouteTextKind.Regex, "/users/[0-9]+", "/users/17", true)]
    [InlineData(RouteTextKind.Regex, "/users/[0-9]+", "/users/17/x", false)]
    [InlineData(RouteTextKind.Regex, "/a|/b", "/bc", false)]
    public void Path_is_compared_as_its_kind_says(RouteTextKind kind, string text, string path, bool matches) =>
        Assert.Equal(matches, Match(RouteMatch.Everything with { Path = new RouteText(kind, text) }, Request(path: path)));

    [Fact]
    public void Every_condition_of_a_match_holds_and_one_match_suffices()
    {
        var both = RouteMatch.Everything with
        {
            Methods = ["GET"],
            Headers = [new RouteHeader("x-a", new RouteText(RouteTextKind.Exact, "1"))],
        };
        Assert.True(Match(both, Request(("x-a", "1"))));
        Assert.False(Match(both, Request(("x-a", "2"))));
        Assert.False(Match(both, Request()));
        Assert.False(Match(both, Request("POST", headers: ("x-a", "1"))));
        var either = RouteSettings.Empty with { Matches = [both, RouteMatch.Everything with { Methods = ["POST"] }] };
        Assert.True(Compile(either).Matches(Request("POST")));
    }

    [Fact]
    public void Header_that_must_be_there_may_hold_anything()
    {
        var match = RouteMatch.Everything with { Headers = [new RouteHeader("x-a", RouteText.Any)] };
        Assert.True(Match(match, Request(("X-A", "whatever"))));
        Assert.False(Match(match, Request()));
    }

    [Theory]
    [InlineData("shop.Cart", "AddItem", "/shop.Cart/AddItem", "application/grpc+proto", true)]
    [InlineData("shop.Cart", "", "/shop.Cart/Any", "application/grpc", true)]
    [InlineData("shop.Cart", "", "/shop.Carts/Any", "application/grpc", false)]
    [InlineData("", "AddItem", "/shop.Cart/AddItem", "application/grpc", true)]
    [InlineData("shop.Cart", "AddItem", "/shop.Cart/AddItem", "application/json", false)]
    public void Grpc_service_and_method_match_grpc_requests_alone(string service, string method, string path, string type, bool matches) =>
        Assert.Equal(matches, Match(
            RouteMatch.Everything with { GrpcService = service, GrpcMethod = method },
            Request("POST", path: path, headers: ("content-type", type))));

    [Fact]
    public void First_route_that_matches_holds()
    {
        var first = Compile(RouteSettings.Empty with { Name = "first", Matches = [RouteMatch.Everything with { Methods = ["POST"] }] });
        var second = Compile(RouteSettings.Empty with { Name = "second" });
        var third = Compile(RouteSettings.Empty with { Name = "third" });
        var table = new RouteTable([first, second, third]);
        Assert.Same(second, table.Find(Destination, Request()));
        Assert.Same(first, table.Find(Destination, Request("POST")));
        Assert.Null(new RouteTable([first]).Find(Destination, Request()));
    }

    private static bool Match(RouteMatch match, HttpRequest request) =>
        Compile(RouteSettings.Empty with { Matches = [match] }).Matches(request);

    private static Route Compile(RouteSettings settings) => new(settings, [], TimeProvider.System);

    private static HttpRequest Request(params (string Name, string Value)[] headers) => Request("GET", headers: headers);

    private static HttpRequest Request(
        string method = "GET", string host = "x", string path = "/", params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Host, request.Path) = (method, new HostString(host), path);
        foreach (var (name, value) in headers)
            request.Headers[name] = value;
        return request;
    }
}
