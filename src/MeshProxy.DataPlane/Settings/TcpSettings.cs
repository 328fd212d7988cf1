namespace MeshProxy.DataPlane.Settings;

/// <summary>Timeouts and probes of the two sockets of a connection. A timeout of 0 is off.</summary>
/// <param name="ConnectTimeout">
/// To the end of the TCP handshake with the upstream. Default 10 s; the kernel alone would take 2 minutes.
/// </param>
/// <param name="IdleTimeout">
/// No byte in either direction. Default 5 d, which is when the kernel's conntrack forgets an idle connection
/// (nf_conntrack_tcp_timeout_established).
/// </param>
/// <param name="HalfCloseTimeout">
/// One side has ended and the other sends nothing. Default 1 h, as long as init makes conntrack remember (close_wait).
/// </param>
/// <param name="UserTimeout">
/// Sent bytes that the peer does not acknowledge, and probes it does not answer (TCP_USER_TIMEOUT, tcp(7)). Default 60 s.
/// </param>
public sealed record TcpSettings(
    TimeSpan ConnectTimeout,
    TimeSpan IdleTimeout,
    TimeSpan HalfCloseTimeout,
    TimeSpan UserTimeout,
    KeepaliveSettings Keepalive);
