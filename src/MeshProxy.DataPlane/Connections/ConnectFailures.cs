using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Connections;

/// <summary>What the errors of connect(2) mean for a connection.</summary>
internal static class ConnectFailures
{
    public static CloseReason ReasonFor(Errno error) => error switch
    {
        // ECONNRESET and EPIPE: the peer accepted and reset before this loop had its turn.
        Errno.ECONNREFUSED => CloseReason.ConnectRefused,
        Errno.ECONNRESET or Errno.EPIPE => CloseReason.UpstreamReset,
        Errno.ETIMEDOUT => CloseReason.ConnectTimeout,
        // EACCES and EPERM: a local firewall rule rejected it (connect(2)).
        Errno.ENETUNREACH or Errno.EHOSTUNREACH or Errno.EHOSTDOWN or Errno.ENETDOWN or Errno.EACCES or Errno.EPERM
            or Errno.EINVAL => CloseReason.ConnectUnreachable,
        Errno.EADDRNOTAVAIL => CloseReason.ConnectNoPort,
        Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM => CloseReason.OutOfResources,
        _ => CloseReason.ConnectFailed,
    };

    /// <summary>What an HTTP client is told: the upstream's fault is 502 or 504, ours is 503, policy is 403.</summary>
    public static (int Status, string Cause) AnswerFor(CloseReason reason) => reason switch
    {
        CloseReason.EgressDenied => (403, "denied by egress policy"),
        CloseReason.ConnectRefused => (502, "refused"),
        CloseReason.ConnectTimeout => (504, "timed out"),
        CloseReason.ConnectUnreachable => (502, "unreachable"),
        CloseReason.ConnectNoPort => (503, "no free local port"),
        CloseReason.OutOfResources => (503, "out of descriptors or memory"),
        CloseReason.UpstreamReset => (502, "reset"),
        _ => (502, "failed"),
    };
}
