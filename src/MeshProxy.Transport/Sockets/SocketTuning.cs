using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Sockets;

/// <summary>
/// What every socket of a direction gets: TCP_NODELAY and TCP_NOTSENT_LOWAT always, keepalive and TCP_USER_TIMEOUT as configured (0 leaves
/// them off). Accepted sockets inherit all of it from their listener (the kernel clones the listening socket), so it costs an accept nothing.
/// </summary>
public sealed record SocketTuning(int KeepaliveIdleSeconds, int KeepaliveIntervalSeconds, int KeepaliveCount, int UserTimeoutMilliseconds)
{
    /// <summary>
    /// What the kernel queues beyond the receiver's window, until a flow has proved to be bulk that is read. Without it up to 4 MiB
    /// (tcp_wmem) are moved for each receiver that does not read, which the container's memory limit counts in cgroup v2.
    /// </summary>
    private const int MostNotSent = 128 << 10;

    internal void ApplyTo(int descriptor)
    {
        _ = SocketOptionCalls.NoDelay(descriptor);
        _ = SocketOptionCalls.NotSentLowWater(descriptor, MostNotSent);
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
