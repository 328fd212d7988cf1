using System.Text;
using MeshProxy.Configuration;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Tests.Configuration;

public sealed class RouteConfigTests
{
    [Fact]
    public void Route_is_read_as_it_is_documented()
    {
        var text = File.ReadAllText(Path.Combine(Support.Repository.Root, "docs", "routes.md"));
        var start = text.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        var route = Assert.Single(Read(text[start..text.IndexOf("```", start, StringComparison.Ordinal)]).Settings.Proxy.Outbound.Routes);
        Assert.Equal("cart", route.Name);
        Assert.Equal<string>(["cart.shop", "*.cart.shop"], route.Hosts);
        Assert.Equal(new RouteText(RouteTextKind.Prefix, "/v1"), route.Matches[0].Path);
        Assert.Equal(new RouteHeader("x-canary", new RouteText(RouteTextKind.Exact, "yes")), Assert.Single(route.Matches[1].Headers));
        Assert.Equal("AddItem", route.Matches[2].GrpcMethod);
        Assert.Equal<RouteBackend>([new RouteBackend("cart-v1.shop.svc:80", 9), new RouteBackend("10.0.0.7:8080", 1)], route.Backends);
        Assert.Equal(TimeSpan.FromSeconds(3), route.Timeout);
        Assert.Equal(2, route.Retries.Limit);
        Assert.Equal<string>(RouteRetries.Default.Methods, route.Retries.Methods);
        Assert.Equal(5, route.Ejection.Failures);
        Assert.Equal<RouteHeaderValue>([new RouteHeaderValue("x-route", "cart")], route.RequestHeaders.Set);
        Assert.True(route.Forwarded);
    }

    [Theory]
    [InlineData("""{ "backends": [] }""", "outbound.routes[0].name is missing; allowed: a name")]
    [InlineData("""{ "name": "a", "host": ["x"] }""", "outbound.routes[0].host is not a key; did you mean outbound.routes[0].hosts?")]
    [InlineData("""{ "name": "a", "hosts": ["a b"] }""", "outbound.routes[0].hosts[0] is \"a b\"; allowed: a host name")]
    [InlineData(
        """{ "name": "a", "backends": [{ "target": "cart" }] }""",
        "outbound.routes[0].backends[0].target is \"cart\"; allowed: an IP address or a DNS name with a port")]
    [InlineData(
        """{ "name": "a", "backends": [{ "target": "a:1" }, { "target": "a:1" }] }""",
        "outbound.routes[0].backends[1].target is \"a:1\", which is the target of outbound.routes[0].backends[0] already")]
    [InlineData(
        """{ "name": "a", "matches": [{ "path": { "prefx": "/" } }] }""",
        "outbound.routes[0].matches[0].path.prefx is not a key; did you mean outbound.routes[0].matches[0].path.prefix?")]
    [InlineData("""{ "name": "a", "matches": [{ "path": { "prefix": "v1" } }] }""", "\"v1\", which does not begin with /; allowed: a path")]
    [InlineData("""{ "name": "a", "matches": [{ "path": { "regex": "(" } }] }""", "which is no such expression")]
    [InlineData("""{ "name": "a", "matches": [{ "path": { "regex": "(a)\\1" } }] }""", "which is no such expression")]
    [InlineData(
        """{ "name": "a", "requestHeaders": { "set": { "transfer-encoding": "x" } } }""",
        "\"transfer-encoding\", which the proxy writes itself; allowed: a header name")]
    [InlineData(
        """{ "name": "a", "requestHeaders": { "set": { "x-a": "line\nbreak" } } }""",
        "outbound.routes[0].requestHeaders.set.x-a is ")]
    [InlineData(
        """{ "name": "a", "retries": { "limit": 99 } }""",
        "outbound.routes[0].retries.limit is 99; allowed: a whole number from 0 to 10")]
    [InlineData("""{ "name": "a", "protocol": "h2" }""", "outbound.routes[0].protocol is \"h2\"; allowed: same, http1 or http2")]
    public void Mistake_in_a_route_is_told_with_its_place_and_what_is_allowed(string route, string expected)
    {
        var result = Load($$"""{ "outbound": { "routes": [{{route}}] } }""");
        Assert.False(result.IsValid);
        Assert.Contains(expected, Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void Two_routes_of_one_name_are_refused() =>
        Assert.Contains("outbound.routes[1].name is \"a\", which is the name of outbound.routes[0] already",
            Assert.Single(Load("""{ "outbound": { "routes": [{ "name": "a" }, { "name": "a" }] } }""").Errors).ToString());

    [Fact]
    public void Route_written_out_reads_back_the_same()
    {
        var written = Read(
            """{ "inbound": { "routes": [{ "name": "a", "ports": [80], "matches": [{ "headers": [{ "name": "x" }] }],"""
            + """ "timeout": "5s", "forwarded": true }] } }""");
        var key = MeshProxy.Configuration.Keys.SidecarKeys.Inbound.Routes;
        var again = Read($$"""{ "inbound": { "routes": {{written.Values[key]}} } }""");
        Assert.True(written.Values[key].SameAs(again.Values[key]));
        Assert.Contains("\"timeout\":\"5s\"", written.Values[key].ToString());
    }

    [Fact]
    public void Address_of_a_trace_collector_must_be_a_url() =>
        Assert.Contains("tracing.otlpEndpoint is \"collector\"; allowed: an http or https URL",
            Assert.Single(Load("""{ "tracing": { "otlpEndpoint": "collector" } }""").Errors).ToString());

    private static LoadedConfig Read(string json)
    {
        var result = Load(json);
        Assert.Empty(result.Errors);
        return result.Config!;
    }

    private static ConfigResult Load(string json) =>
        new ConfigLoader(new Dictionary<string, string>(), _ => true).Load("routes.json", Encoding.UTF8.GetBytes(json));
}
