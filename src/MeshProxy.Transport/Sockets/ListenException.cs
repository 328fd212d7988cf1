using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Sockets;

/// <summary>A listener could not be made: a refused start. The message names the address, the cause and the cure in one line.</summary>
public sealed class ListenException(SocketEndpoint endpoint, string call, Errno error)
    : Exception($"cannot listen on {endpoint}: {Explain(endpoint, call, error)}")
{
    public Errno Error { get; } = error;

    private static string Explain(SocketEndpoint endpoint, string call, Errno error) => error switch
    {
        Errno.EADDRINUSE => "the port is taken by another process (ss -ltnp shows it)",
        Errno.EADDRNOTAVAIL => "the address is not one of this network namespace",
        Errno.EACCES or Errno.EPERM => $"port {endpoint.Port} needs the capability NET_BIND_SERVICE",
        Errno.EAFNOSUPPORT => "the kernel has no IPv6 here; leave the address out",
        Errno.EMFILE or Errno.ENFILE => "no descriptor is left (RLIMIT_NOFILE)",
        _ => $"{call} gave {error}",
    };
}
