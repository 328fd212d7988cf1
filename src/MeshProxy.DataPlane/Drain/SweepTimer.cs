using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

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
        foreach (var source in loop.Sources())
        {
            if (source is LoopSocket { IsOpen: true } socket)
                socket.Owner.Sweep();
        }
    }
}
