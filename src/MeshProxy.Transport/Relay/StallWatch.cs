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

    /// <summary>The timeout is off, so the watch must look again: to end the connection, or to put the timeout back.</summary>
    public readonly bool IsLifted => _lifted;

    /// <summary>Half the timeout: a stalled reader is looked at once before the kernel would give it up.</summary>
    public static int IntervalOf(int userTimeout) => Math.Max(1, userTimeout / 2);

    /// <summary>Looks, lifts or restores the timeout; true where the peer is to be given up.</summary>
    public bool IsDead()
    {
        if (userTimeout == 0)
            return false;
        // Data that nothing has answered since is the kernel's to time, and so is FIN alone, which takes one of the sequence numbers.
        // A closed window is an answer, after which only probes go out.
        var outstanding = socket.UnacknowledgedBytes();
        if (outstanding == 0 || socket.Silence() is not { IsUnanswered: false } silence || outstanding == 1 && silence.IsEndInFlight)
        {
            Restore();
            return false;
        }
        if (!_lifted)
            socket.SetUserTimeout(0);
        _lifted = true;
        return silence.SinceAcknowledged > userTimeout + SlowestProbeMilliseconds;
    }

    private void Restore()
    {
        if (_lifted)
            socket.SetUserTimeout(userTimeout);
        _lifted = false;
    }
}
