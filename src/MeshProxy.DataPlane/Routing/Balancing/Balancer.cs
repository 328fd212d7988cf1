using System.Collections.Immutable;

namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>
/// Chooses an address: a backend by its weight, then the less loaded of two of its addresses taken at random. Where no address is
/// available, the one that will be first is taken all the same: a route is never out of service because of what the proxy believes.
/// </summary>
internal static class Balancer
{
    /// <summary>Draws before a list is searched from one end to the other.</summary>
    private const int Draws = 4;

    /// <param name="tried">Where the request went last; taken again only where there is nothing else.</param>
    /// <returns>Null where no name has an address.</returns>
    public static UpstreamEndpoint? Choose(ImmutableArray<WeightedBackend> backends, UpstreamEndpoint? tried, double now, Random random)
    {
        var total = 0;
        foreach (var weighted in backends)
            total += IsUsable(weighted, tried, now) ? weighted.Weight : 0;
        if (total == 0)
            return IsUsable(tried, now) ? tried : FirstToReturn(backends, tried);
        var draw = random.Next(total);
        foreach (var weighted in backends)
        {
            if (!IsUsable(weighted, tried, now))
                continue;
            draw -= weighted.Weight;
            if (draw < 0)
                return ChooseOf(weighted.Backend.Endpoints, tried, now, random);
        }
        // Somebody else has taken the last available address meanwhile.
        return FirstToReturn(backends, tried);
    }

    private static UpstreamEndpoint? ChooseOf(
        ImmutableArray<UpstreamEndpoint> endpoints, UpstreamEndpoint? tried, double now, Random random)
    {
        var first = Draw(endpoints, tried, null, now, random);
        if (first is null)
            return endpoints[0];
        var second = Draw(endpoints, tried, first, now, random);
        return second is null || first.Load(now) <= second.Load(now) ? first : second;
    }

    /// <param name="other">The first of the two, which is not drawn again.</param>
    private static UpstreamEndpoint? Draw(
        ImmutableArray<UpstreamEndpoint> endpoints, UpstreamEndpoint? tried, UpstreamEndpoint? other, double now, Random random)
    {
        for (var draw = 0; draw < Draws; draw++)
        {
            var endpoint = endpoints[random.Next(endpoints.Length)];
            if (IsFree(endpoint))
                return endpoint;
        }
        var start = random.Next(endpoints.Length);
        for (var step = 0; step < endpoints.Length; step++)
        {
            var endpoint = endpoints[(start + step) % endpoints.Length];
            if (IsFree(endpoint))
                return endpoint;
        }
        return null;

        bool IsFree(UpstreamEndpoint endpoint) =>
            !ReferenceEquals(endpoint, tried) && !ReferenceEquals(endpoint, other) && endpoint.IsAvailable(now);
    }

    private static bool IsUsable(UpstreamEndpoint? endpoint, double now) => endpoint is not null && endpoint.IsAvailable(now);

    private static bool IsUsable(WeightedBackend weighted, UpstreamEndpoint? tried, double now) =>
        weighted.Weight > 0 && FirstAvailable(weighted.Backend.Endpoints, tried, now) is not null;

    private static UpstreamEndpoint? FirstAvailable(ImmutableArray<UpstreamEndpoint> endpoints, UpstreamEndpoint? tried, double now)
    {
        foreach (var endpoint in endpoints)
        {
            if (!ReferenceEquals(endpoint, tried) && endpoint.IsAvailable(now))
                return endpoint;
        }
        return null;
    }

    private static UpstreamEndpoint? FirstToReturn(ImmutableArray<WeightedBackend> backends, UpstreamEndpoint? tried)
    {
        UpstreamEndpoint? first = null;
        foreach (var weighted in backends)
        {
            if (weighted.Weight == 0)
                continue;
            foreach (var endpoint in weighted.Backend.Endpoints)
            {
                var isSooner = first is null || !ReferenceEquals(endpoint, tried) && endpoint.AvailableAt() < first.AvailableAt();
                if (isSooner || ReferenceEquals(first, tried))
                    first = endpoint;
            }
        }
        return first;
    }
}
