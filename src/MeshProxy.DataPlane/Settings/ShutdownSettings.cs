namespace MeshProxy.DataPlane.Settings;

/// <summary>How the sidecar ends.</summary>
/// <param name="GracePeriod">The pod's terminationGracePeriodSeconds, from its deletion to SIGKILL; null is unknown.</param>
public sealed record ShutdownSettings(TimeSpan? GracePeriod)
{
    /// <summary>Default native, which is also right for a process that nobody orchestrates.</summary>
    public ShutdownMode Mode { get; init; } = ShutdownMode.Native;

    /// <summary>
    /// Classic: how long inbound is accepted after SIGTERM, while the endpoint is taken off everybody's list. Default 5 s; kube-proxy
    /// is told within a second or two. A third of the grace at most.
    /// </summary>
    public TimeSpan LameDuck { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Classic: how long an app that dials out without listening may have no socket before it counts as gone. Default 2 s.
    /// </summary>
    public TimeSpan QuietPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Classic: an inbound connection that is not HTTP is closed after so much silence, once the lame duck is over; zero is never.
    /// Default 5 s.
    /// </summary>
    public TimeSpan TcpIdle { get; init; } = TimeSpan.FromSeconds(5);
}
