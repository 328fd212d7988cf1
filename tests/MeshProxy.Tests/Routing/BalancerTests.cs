using System.Net;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Tests.Routing;

public sealed class BalancerTests
{
    private static readonly RouteEjection Once = new(1, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

    private readonly Random _random = new(1);

    [Fact]
    public void Requests_are_shared_by_weight()
    {
        WeightedBackend[] backends =
            [new(new Backend("10.0.0.1:80"), 9), new(new Backend("10.0.0.2:80"), 1), new(new Backend("10.0.0.3:80"), 0)];
        var chosen = Enumerable.Range(0, 10_000)
            .Select(_ => Choose(backends)!.Address.ToString())
            .CountBy(address => address)
            .ToDictionary();
        Assert.InRange(chosen["10.0.0.1:80"], 8800, 9200);
        Assert.False(chosen.ContainsKey("10.0.0.3:80"));
    }

    [Fact]
    public void Slow_address_gets_less()
    {
        var backend = Named("10.0.0.1", "10.0.0.2", "10.0.0.3");
        backend.Endpoints[0].Answered(500, 1);
        var chosen = Enumerable.Range(0, 3000).Select(_ => Choose(new WeightedBackend(backend, 1))).Count(e => e == backend.Endpoints[0]);
        Assert.Equal(0, chosen);
    }

    [Fact]
    public void Slow_address_is_asked_again_when_what_is_known_of_it_is_old()
    {
        var backend = Named("10.0.0.1", "10.0.0.2");
        var (slow, fast) = (backend.Endpoints[0], backend.Endpoints[1]);
        slow.Answered(30_000, 0);
        foreach (var (seconds, isAsked) in ((int, bool)[])[(1, false), (30, false), (80, false), (100, true)])
        {
            fast.Answered(5, seconds * 1000);
            var chosen = Enumerable.Range(0, 100).Select(_ => Balancer.Choose([new(backend, 1)], null, seconds * 1000, _random));
            Assert.Equal(isAsked, chosen.Contains(slow));
        }
    }

    [Fact]
    public void Address_that_is_new_has_its_part()
    {
        var backend = Named("10.0.0.1", "10.0.0.2", "10.0.0.3");
        foreach (var known in backend.Endpoints[..2])
            known.Answered(30, 0);
        var chosen = Enumerable.Range(0, 3000).Select(_ => Choose(new WeightedBackend(backend, 1))).Count(e => e == backend.Endpoints[2]);
        Assert.InRange(chosen, 850, 1150);
    }

    [Fact]
    public void Busy_address_gets_less()
    {
        var backend = Named("10.0.0.1", "10.0.0.2");
        for (var request = 0; request < 10; request++)
            backend.Endpoints[0].Begin(0);
        var chosen = Enumerable.Range(0, 1000).Select(_ => Choose(new WeightedBackend(backend, 1))).Count(e => e == backend.Endpoints[1]);
        Assert.Equal(1000, chosen);
    }

    [Fact]
    public void Repetition_goes_elsewhere_where_there_is_an_elsewhere()
    {
        WeightedBackend[] two = [new(new Backend("10.0.0.1:80"), 1), new(new Backend("10.0.0.2:80"), 1)];
        for (var draw = 0; draw < 100; draw++)
            Assert.Same(two[1].Backend.Endpoints[0], Balancer.Choose([.. two], two[0].Backend.Endpoints[0], 0, _random));
        Assert.Same(two[0].Backend.Endpoints[0], Balancer.Choose([two[0]], two[0].Backend.Endpoints[0], 0, _random));
    }

    [Fact]
    public void Ejected_address_is_passed_over_but_is_better_than_none()
    {
        var backend = Named("10.0.0.1", "10.0.0.2");
        Eject(backend.Endpoints[0]);
        for (var draw = 0; draw < 100; draw++)
            Assert.Same(backend.Endpoints[1], Choose(new WeightedBackend(backend, 1)));
        Eject(backend.Endpoints[1]);
        Assert.NotNull(Choose(new WeightedBackend(backend, 1)));
    }

    [Fact]
    public void Name_without_addresses_has_nothing_to_choose() => Assert.Null(Choose(new WeightedBackend(new Backend("cart.shop:80"), 1)));

    [Fact]
    public void Name_keeps_its_last_good_addresses_and_what_is_known_of_them()
    {
        var backend = Named("10.0.0.1", "10.0.0.2");
        var first = backend.Endpoints[0];
        backend.Resolved([]);
        Assert.Equal(2, backend.Endpoints.Length);
        backend.Resolved([IPAddress.Parse("10.0.0.3"), IPAddress.Parse("10.0.0.1")]);
        Assert.Equal(2, backend.Endpoints.Length);
        Assert.Same(first, backend.Endpoints[1]);
    }

    private static Backend Named(params string[] addresses)
    {
        var backend = new Backend("cart.shop:80");
        backend.Resolved(addresses.Select(IPAddress.Parse));
        return backend;
    }

    private static void Eject(UpstreamEndpoint endpoint) => endpoint.End(UpstreamOutcome.Failure, endpoint.Begin(0), Once, 0, 0);

    private UpstreamEndpoint? Choose(params WeightedBackend[] backends) => Balancer.Choose([.. backends], null, 0, _random);
}
