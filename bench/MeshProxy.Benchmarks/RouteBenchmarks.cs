using BenchmarkDotNet.Attributes;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Routing.Matching;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Benchmarks;

/// <summary>What a routed request pays for being matched and balanced.</summary>
public class RouteBenchmarks
{
    private const int Routes = 20;
    private const int Addresses = 50;

    private readonly Random _random = new(1);
    private readonly SocketEndpoint _destination = SocketEndpoint.V4(0x0a000001, 80);
    private readonly HttpRequest _request = new DefaultHttpContext().Request;
    private readonly System.Collections.Immutable.ImmutableArray<WeightedBackend> _backends = [new(Named(), 9), new(Named(), 1)];
    private readonly RouteTable _table = new([.. Enumerable.Range(0, Routes).Select(Compile)]);

    [GlobalSetup]
    public void Setup() =>
        (_request.Method, _request.Host, _request.Path) = ("GET", new HostString("shop.example"), $"/v{Routes - 1}/users/17");

    [Benchmark]
    public object? MatchLastOfTwentyRoutes() => _table.Find(_destination, _request);

    [Benchmark]
    public object? ChooseOfHundredAddresses() => Balancer.Choose(_backends, null, 0, _random);

    private static Route Compile(int index) => new(
        RouteSettings.Empty with
        {
            Hosts = ["*.example"],
            Matches = [RouteMatch.Everything with { Path = new RouteText(RouteTextKind.Prefix, $"/v{index}") }],
        },
        [],
        TimeProvider.System);

    private static Backend Named()
    {
        var backend = new Backend("cart.shop:80");
        backend.Resolved(Enumerable.Range(1, Addresses).Select(host => new System.Net.IPAddress(new byte[] { 10, 0, 0, (byte)host })));
        return backend;
    }
}
