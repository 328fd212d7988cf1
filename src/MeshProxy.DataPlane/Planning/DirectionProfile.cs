using MeshProxy.DataPlane.Egress;
using MeshProxy.DataPlane.Http.Observation;
using MeshProxy.DataPlane.Routing;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Relay;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Planning;

/// <summary>
/// The settings of a direction in the units the loops use, made once per settings snapshot and shared by every connection of it.
/// </summary>
internal sealed class DirectionProfile
{
    /// <param name="egress">Where connections of this direction may go; null is anywhere.</param>
    /// <param name="routing">Null where there is no route.</param>
    public DirectionProfile(
        Direction direction, DirectionSettings settings, EgressTable? egress = null, AccessLogFormat accessLog = AccessLogFormat.Off,
        DirectionRouting? routing = null)
    {
        AccessLog = accessLog;
        Egress = egress;
        Routing = routing;
        Http = new HttpDeadlineSettings(settings.Http.Timeouts);
        Direction = direction;
        Settings = settings;
        var tcp = settings.Tcp;
        Tuning = new SocketTuning(
            (int)tcp.Keepalive.Idle.TotalSeconds,
            (int)tcp.Keepalive.Interval.TotalSeconds,
            tcp.Keepalive.Count,
            (int)tcp.UserTimeout.TotalMilliseconds);
        Limits = new RelayLimits(Milliseconds(tcp.IdleTimeout), Milliseconds(tcp.HalfCloseTimeout), Tuning.UserTimeoutMilliseconds);
        ConnectTimeout = Milliseconds(tcp.ConnectTimeout);
        DetectionTimeout = Milliseconds(settings.Detection.Timeout);
        DialDelay = Milliseconds(settings.Detection.DialDelay);
        RememberFor = Milliseconds(settings.Detection.RememberFor);
    }

    public Direction Direction { get; }

    public DirectionSettings Settings { get; }

    public EgressTable? Egress { get; }

    public AccessLogFormat AccessLog { get; }

    public DirectionRouting? Routing { get; }

    public HttpDeadlineSettings Http { get; }

    public SocketTuning Tuning { get; }

    public RelayLimits Limits { get; }

    /// <summary>Milliseconds; 0 leaves it to the kernel.</summary>
    public long ConnectTimeout { get; }

    /// <summary>Milliseconds; 0 makes every connection opaque.</summary>
    public long DetectionTimeout { get; }

    /// <summary>Milliseconds; 0 dials at once.</summary>
    public long DialDelay { get; }

    /// <summary>Milliseconds; 0 learns nothing.</summary>
    public long RememberFor { get; }

    private static long Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;
}
