using MeshProxy.Transport.Loops;

namespace MeshProxy.DataPlane.Drain;

/// <summary>Looks at every connection of a loop, again and again, from the beginning of a drain to its end.</summary>
internal sealed class SweepTimer(EventLoop loop) : LoopTimer
{
    private const int IntervalMilliseconds = 25;

    public void Begin()
    {
        if (!IsArmed)
            loop.Timers.Arm(this, loop.Clock.Milliseconds);
    }

    protected internal override void OnExpired()
    {
        loop.Timers.Arm(this, loop.Clock.Milliseconds + IntervalMilliseconds);
        loop.ForEachSocket(static socket => socket.Owner.Sweep());
    }
}
