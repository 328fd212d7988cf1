using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Kestrel;

/// <summary>The two timers of a terminated connection: for a request's head, and for a client that takes nothing.</summary>
public sealed partial class TerminatedConnection
{
    /// <summary>A head that is not whole within its time is refused.</summary>
    private sealed class HeadTimer(TerminatedConnection connection) : LoopTimer
    {
        public void Follow(EventLoop loop)
        {
            var gate = connection.Gate!;
            if (connection._kept.IsEmpty || !gate.IsInHead)
                Disarm(loop);
            else if (!IsArmed && gate.HeadTimeout > 0)
                loop.Timers.Arm(this, loop.Clock.Milliseconds + gate.HeadTimeout);
        }

        public void Disarm(EventLoop loop)
        {
            if (IsArmed)
                loop.Timers.Disarm(this);
        }

        protected internal override void OnFault() => connection.Abort(CloseReason.InternalError);

        protected internal override void OnExpired()
        {
            connection.Gate!.OnHeadTimeout();
            connection._kept.Clear();
            connection.EndInput();
        }
    }

    /// <summary>Looks at a client that does not take what is written: slow is allowed, dead is not.</summary>
    private sealed class StallTimer(TerminatedConnection connection, int interval) : LoopTimer
    {
        public void Arm(EventLoop loop)
        {
            if (interval > 0)
                loop.Timers.Arm(this, loop.Clock.Milliseconds + interval);
        }

        public void Disarm(EventLoop loop) => loop.Timers.Disarm(this);

        protected internal override void OnFault() => connection.Abort(CloseReason.InternalError);

        protected internal override void OnExpired()
        {
            if (connection._stall.IsDead())
                connection.Abort(CloseReason.DownstreamVanished);
            else if (!connection._isReading || connection._stall.IsLifted)
                Arm(connection._loop);
        }
    }
}
