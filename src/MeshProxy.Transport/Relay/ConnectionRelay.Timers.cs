using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Relay;

/// <summary>The one timer of a relay, for whatever comes first: a flush, silence, the inspection's deadline, a peer that has stalled.</summary>
public sealed partial class ConnectionRelay
{
    private void OnTimer()
    {
        if (_flushUntil != 0)
            OnFlushTimer();
        else if (IsSilenceOver())
            End(IsHalfCloseBounded ? CloseReason.HalfCloseTimeout : CloseReason.IdleTimeout, reset: true);
        else if (_inspection is not null && _loop.Clock.Milliseconds >= _inspection.Deadline)
            OnInspectionDeadline();
        else if (_downstreamStall.IsDead())
            End(CloseReason.DownstreamVanished, reset: true);
        else if (_upstreamStall.IsDead())
            End(CloseReason.UpstreamVanished, reset: true);
        else
            ArmTimer();
    }

    /// <summary>The kernel is asked when the deadline has come, and not before.</summary>
    private bool IsSilenceOver()
    {
        if (_loop.Clock.Milliseconds < DeadlineOrNever())
            return false;
        AskKernel();
        return _loop.Clock.Milliseconds >= DeadlineOrNever();
    }

    private void AskKernel()
    {
        var now = _loop.Clock.Milliseconds;
        var taken = Math.Max(_downstreamDelivery.TakenAt(_lastActive, now), _upstreamDelivery.TakenAt(_lastActive, now));
        _lastTaken = Math.Max(_lastTaken, taken);
    }

    private void OnInspectionDeadline()
    {
        if (_inspection!.EndsForSilence)
        {
            AskKernel();
            _inspection.OnMoved(LastMoved);
        }
        if (_loop.Clock.Milliseconds < _inspection.Deadline)
            ArmTimer();
        else
            OnInspectionTime();
    }

    private void OnInspectionTime()
    {
        // A FIN behind a response that has not passed whole would forge its end.
        if (_inspection!.OnDeadline() is { } reason)
            End(reason, reset: reason != CloseReason.KeepAliveTimeout || _toDownstream.Holds);
        else if (_inspection.Answer is not { } answer)
        {
            SayWords();
            if (!_ended)
                ArmTimer();
        }
        else if (_toDownstream.Holds)
            // The client does not read, and words of ours cannot stand where bytes are missing.
            End(_inspection.AnswerReason);
        else
            AnswerAndEnd(answer);
    }

    /// <summary>A socket that was reset answers with what it had queued then, for ever.</summary>
    private static bool IsFlushed(LoopSocket sink) => sink.UnacknowledgedBytes() == 0 || IsDead(sink);

    /// <summary>The flag alone may say that there was a FIN both ways.</summary>
    private static bool IsDead(LoopSocket socket) =>
        socket.Has(Readiness.Failed) && (socket.Failure != Errno.None || socket.TakeFailure() != Errno.None);

    private void OnFlushTimer()
    {
        if (IsFlushed(_flushSink!) || _loop.Clock.Milliseconds >= _flushUntil)
            End(_flushReason, reset: true);
        else
            _loop.Timers.Arm(_timer, _loop.Clock.Milliseconds + FlushPollMilliseconds);
    }

    private void ArmTimer()
    {
        var next = Math.Min(DeadlineOrNever(), _inspection?.Deadline ?? long.MaxValue);
        if (_limits.UserTimeout > 0)
            next = Math.Min(next, _loop.Clock.Milliseconds + StallWatch.IntervalOf(_limits.UserTimeout));
        if (next != long.MaxValue)
            _loop.Timers.Arm(_timer, next);
    }

    private long DeadlineOrNever()
    {
        var limit = IsHalfCloseBounded ? _limits.HalfClosed : _limits.Idle;
        return limit > 0 ? LastMoved + limit : long.MaxValue;
    }

    private sealed class RelayTimer(ConnectionRelay relay) : LoopTimer
    {
        protected internal override void OnExpired() => relay.OnTimer();

        protected internal override void OnFault() => relay.Abort(CloseReason.InternalError);
    }
}
