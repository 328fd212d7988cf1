using System.Collections.Immutable;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.DataPlane.Routing.Matching;

/// <summary>A route, compiled from its settings once per configuration.</summary>
internal sealed class Route
{
    private readonly ImmutableArray<AddressBlock> _destinations;
    private readonly ImmutableArray<RequestMatcher> _matches;
    private readonly HostMatcher _hosts;

    public Route(RouteSettings settings, ImmutableArray<WeightedBackend> backends, TimeProvider time)
    {
        Settings = settings;
        Backends = backends;
        Budget = new RetryBudget(settings.Retries.BudgetPercent, settings.Retries.BudgetFloor, time);
        _hosts = new HostMatcher(settings.Hosts);
        _destinations = [.. settings.Destinations.Select(network => new AddressBlock(network))];
        _matches = [.. settings.Matches.Select(match => new RequestMatcher(match))];
    }

    public RouteSettings Settings { get; }

    /// <summary>Empty where the original destination is the backend.</summary>
    public ImmutableArray<WeightedBackend> Backends { get; }

    public RetryBudget Budget { get; }

    /// <summary>Whether connections to this destination are terminated for this route.</summary>
    public bool Covers(SocketEndpoint destination) => CoversPort(destination.Port) && CoversAddress(destination);

    public bool Matches(HttpRequest request)
    {
        if (!_hosts.Matches(request.Host.Host))
            return false;
        foreach (var match in _matches)
        {
            if (match.Matches(request))
                return true;
        }
        return _matches.IsEmpty;
    }

    private bool CoversPort(ushort port)
    {
        foreach (var range in Settings.Ports)
        {
            if (range.Contains(port))
                return true;
        }
        return Settings.Ports.IsEmpty;
    }

    private bool CoversAddress(SocketEndpoint destination)
    {
        foreach (var block in _destinations)
        {
            if (block.Contains(destination))
                return true;
        }
        return _destinations.IsEmpty;
    }
}
