using MeshProxy.DataPlane.Settings;
using MeshProxy.DataPlane.Telemetry.Access;

namespace MeshProxy.DataPlane.Routing;

/// <summary>The access log of routed requests, which end on many threads.</summary>
internal sealed class RoutingAccessLog(AccessLog log)
{
    private readonly Lock _lock = new();

    public AccessLogFormat Format { get; set; }

    public DateTimeOffset Now => log.Now;

    public void Write(AccessConnection connection, AccessRequest request, in AccessEnd end)
    {
        lock (_lock)
            log.Write(Format, connection, request, end);
    }
}
