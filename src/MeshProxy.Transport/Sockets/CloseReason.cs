namespace MeshProxy.Transport.Sockets;

/// <summary>How a connection ended: one per connection. Downstream is who connected to the proxy, upstream whom the proxy dialled.</summary>
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

    /// <summary>Descriptors or kernel memory ran out.</summary>
    OutOfResources,

    /// <summary>Still open when the grace period of a stop was over.</summary>
    ShutdownDeadline,

    /// <summary>A bug or an error nobody expected here; the log has it.</summary>
    InternalError,
}
