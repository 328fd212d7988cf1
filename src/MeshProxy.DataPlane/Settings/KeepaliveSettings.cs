namespace MeshProxy.DataPlane.Settings;

/// <summary>
/// TCP keepalive on all four sockets, shorter than conntrack's shortest timeout of a half-closed connection (60 s). An idle of 0 is off.
/// </summary>
/// <param name="Idle">Silence before the first probe (TCP_KEEPIDLE). Default 30 s, whole seconds.</param>
/// <param name="Interval">Between probes (TCP_KEEPINTVL). Default 10 s, whole seconds.</param>
/// <param name="Count">Unanswered probes before the connection is given up (TCP_KEEPCNT). Default 3.</param>
public sealed record KeepaliveSettings(TimeSpan Idle, TimeSpan Interval, int Count);
