using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Relay;

/// <summary>
/// Tells a slow reader from one that has stopped, where a connection is about to be ended for silence. A socket's kernel may hold 4 MiB and
/// reports room only when a third of that is free, so a peer that takes its bytes steadily can raise no edge for many seconds. Asking costs
/// two calls of the kernel: only a deadline or a drain asks.
/// </summary>
internal struct DeliveryWatch(LoopSocket sink)
{
    private long _activeAt = -1;
    private int _unacknowledged;

    /// <summary>
    /// When the peer took something last, as far as the kernel knows; 0 where it does not. Milliseconds, as both arguments.
    /// </summary>
    /// <param name="activeAt">
    /// When the proxy wrote last, as far as the proxy knows: what was seen before that says nothing any more.
    /// </param>
    public long TakenAt(long activeAt, long now)
    {
        var unacknowledged = sink.UnacknowledgedBytes();
        var isFirstLook = activeAt != _activeAt;
        var taken = unacknowledged < _unacknowledged;
        (_activeAt, _unacknowledged) = (activeAt, unacknowledged);
        if (!isFirstLook)
            return taken ? now : 0;
        // Data goes out only where the peer's window has opened, and a probe of a closed one carries none. Retransmissions do, which the
        // next look finds out.
        return sink.Silence() is { } silence ? now - silence.SinceSent : 0;
    }
}
