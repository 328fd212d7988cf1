using System.Collections.Immutable;
using System.Net;
using MeshProxy.Values;

namespace MeshProxy.DataPlane.Settings;

/// <summary>
/// What becomes of some HTTP requests. <see cref="Ports"/> and <see cref="Destinations"/> say which connections are terminated at all;
/// the rest is asked of every request on them, route by route in the order given, and the first that matches holds.
/// </summary>
/// <param name="Ports">Original destination ports; none given is every port.</param>
/// <param name="Destinations">Original destination networks; none given is every address.</param>
/// <param name="Hosts">Names in Host or :authority without port: exact, or <c>*.suffix</c>; none given is every host.</param>
/// <param name="Matches">One of them suffices; none given is every request.</param>
/// <param name="Backends">None given is the original destination.</param>
/// <param name="Timeout">From the end of the request's head to the end of the response; 0 is the direction's http.timeouts.request.</param>
/// <param name="Forwarded">Whether X-Forwarded-For, -Host and -Proto are appended. Default no.</param>
public sealed record RouteSettings(
    string Name,
    ImmutableArray<PortRange> Ports,
    ImmutableArray<IPNetwork> Destinations,
    ImmutableArray<string> Hosts,
    ImmutableArray<RouteMatch> Matches,
    ImmutableArray<RouteBackend> Backends,
    RouteProtocol Protocol,
    TimeSpan Timeout,
    RouteRetries Retries,
    RouteEjection Ejection,
    RouteHeaderEdits RequestHeaders,
    RouteHeaderEdits ResponseHeaders,
    bool Forwarded)
{
    public static RouteSettings Empty { get; } = new(
        "", [], [], [], [], [], RouteProtocol.Same, TimeSpan.Zero, RouteRetries.Default, RouteEjection.Default,
        RouteHeaderEdits.None, RouteHeaderEdits.None, Forwarded: false);
}
