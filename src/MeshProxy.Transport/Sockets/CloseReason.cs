namespace MeshProxy.Transport.Sockets;

/// <summary>
/// How a connection ended: one per connection. Downstream is who connected to the proxy, upstream whom the proxy dialled.
/// </summary>
public enum CloseReason : byte
{
    /// <summary>FIN both ways, every byte delivered.</summary>
    Completed,
    DownstreamReset,
    UpstreamReset,

    /// <summary>Keepalive probes or sent bytes went unanswered (ETIMEDOUT), or the way to the peer is gone (EHOSTUNREACH).</summary>
    DownstreamVanished,
    UpstreamVanished,
    IdleTimeout,
    HalfCloseTimeout,
    ConnectRefused,
    ConnectTimeout,

    /// <summary>No route to the upstream, or an ICMP answer that says so.</summary>
    ConnectUnreachable,

    /// <summary>No free local port towards the upstream (EADDRNOTAVAIL).</summary>
    ConnectNoPort,
    ConnectFailed,

    /// <summary>The original destination is one of the proxy's own listeners.</summary>
    Loop,

    /// <summary>Nobody redirected the connection here, so nobody knows where it should go.</summary>
    NotRedirected,

    /// <summary>An inbound connection whose original destination is not an address of this pod.</summary>
    NotOurAddress,
    EgressDenied,

    /// <summary>A request whose framing is ambiguous or breaks a bound; the client was told.</summary>
    RequestRefused,

    /// <summary>A response whose framing is ambiguous, breaks a bound, or was cut off.</summary>
    ResponseRefused,

    /// <summary>A request's head did not arrive in time.</summary>
    RequestHeadTimeout,

    /// <summary>A request got no response, or not all of it, in time.</summary>
    RequestTimeout,

    /// <summary>No byte of a message that is under way, for too long.</summary>
    StreamIdleTimeout,

    /// <summary>No request on a kept-alive connection, for too long.</summary>
    KeepAliveTimeout,

    /// <summary>More frames of a kind than an honest HTTP/2 peer sends.</summary>
    Flood,

    /// <summary>Descriptors or memory ran out.</summary>
    OutOfResources,

    /// <summary>Ended by a stop of the proxy, with nothing under way.</summary>
    Drained,

    /// <summary>Still open when the grace period of a stop was over.</summary>
    ShutdownDeadline,

    /// <summary>A bug or an error nobody expected here; the log has it.</summary>
    InternalError,
}
