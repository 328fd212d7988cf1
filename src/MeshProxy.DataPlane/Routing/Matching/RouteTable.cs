using System.Collections.Immutable;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.DataPlane.Routing.Matching;

/// <summary>The routes of one direction, in the order they were written: the first that matches holds.</summary>
internal sealed class RouteTable(ImmutableArray<Route> routes)
{
    public static RouteTable Empty { get; } = new([]);

    public ImmutableArray<Route> Routes => routes;

    /// <summary>Asked once per connection.</summary>
    public bool Covers(SocketEndpoint destination)
    {
        foreach (var route in routes)
        {
            if (route.Covers(destination))
                return true;
        }
        return false;
    }

    /// <summary>Asked for every request; null leaves it to its original destination.</summary>
    public Route? Find(SocketEndpoint destination, HttpRequest request)
    {
        foreach (var route in routes)
        {
            if (route.Covers(destination) && route.Matches(request))
                return route;
        }
        return null;
    }
}
