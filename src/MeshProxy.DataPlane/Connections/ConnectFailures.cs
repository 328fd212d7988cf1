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
}
