using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Relay;

/// <summary>
/// Tells a slow reader from a dead one. TCP_USER_TIMEOUT kills both: a peer that answers every probe with a closed window as surely as one
/// that answers none (tcp_timer.c, tcp_probe_timer). So while sent bytes lie unacknowledged and the peer still acknowledges probes, the
/// timeout is lifted, and the watch itself ends the connection once the probes go unanswered. Probes back off to 120 s (TCP_RTO_MAX).
/// </summary>
internal struct StallWatch(LoopSocket socket, int userTimeout)
{
    private const int SlowestProbeMilliseconds = 120_000;

    private bool _lifted;

    /// <summary>Half the timeout: a stalled reader is looked at once before the kernel would give it up.</summary>
    public static int IntervalOf(int userTimeout) => Math.Max(1, userTimeout / 2);

    /// <summary>Looks, lifts or restores the timeout; true where the peer is to be given up.</summary>
    public bool IsDead()
    {
        if (userTimeout == 0)
            return false;
        if (socket.UnacknowledgedBytes() == 0)
        {
            Restore();
            return false;
        }
        var silence = socket.MillisecondsSinceLastAck() ?? int.MaxValue;
        if (!_lifted && silence < IntervalOf(userTimeout))
        {
            socket.SetUserTimeout(0);
            _lifted = true;
        }
        return _lifted && silence > userTimeout + SlowestProbeMilliseconds;
    }

    private void Restore()
    {
        if (_lifted)
            socket.SetUserTimeout(userTimeout);
        _lifted = false;
    }
}
