using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Sockets;

/// <summary>
/// What every socket of a direction gets: TCP_NODELAY always, keepalive and TCP_USER_TIMEOUT as configured (0 leaves them off). Accepted
/// sockets inherit all of it from their listener (the kernel clones the listening socket), so it costs an accept nothing.
/// </summary>
public sealed record SocketTuning(int KeepaliveIdleSeconds, int KeepaliveIntervalSeconds, int KeepaliveCount, int UserTimeoutMilliseconds)
{
    internal void ApplyTo(int descriptor)
    {
        _ = SocketOptionCalls.NoDelay(descriptor);
        _ = SocketOptionCalls.KeepAlive(descriptor, KeepaliveIdleSeconds > 0);
        if (KeepaliveIdleSeconds > 0)
        {
            _ = SocketOptionCalls.KeepAliveIdle(descriptor, KeepaliveIdleSeconds);
            _ = SocketOptionCalls.KeepAliveInterval(descriptor, KeepaliveIntervalSeconds);
            _ = SocketOptionCalls.KeepAliveCount(descriptor, KeepaliveCount);
        }
        _ = SocketOptionCalls.UserTimeout(descriptor, UserTimeoutMilliseconds);
    }
}
