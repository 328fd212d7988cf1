using MeshProxy.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace MeshProxy.DataPlane.Routing;

/// <summary>What is said of routes and their backends.</summary>
internal sealed partial class RoutingLog(ILogger logger)
{
    [LoggerMessage(5001, LogLevel.Information, "{Direction} routes in force: {Count}")]
    public partial void RoutesInForce(string direction, int count);

    [LoggerMessage(5002, LogLevel.Warning, "backend name {Name} cannot be resolved ({Cause}); its last addresses hold, if it had any")]
    public partial void NotResolved(string name, string cause);

    [LoggerMessage(5003, LogLevel.Warning, "route {Route}: backend {Target} ({Address}) is ejected after failures in a row")]
    public partial void Ejected(string route, string target, SocketEndpoint address);

    [LoggerMessage(5004, LogLevel.Error, "a routed request was ended by a bug in the proxy; please report it")]
    public partial void Fault(Exception fault);
}
