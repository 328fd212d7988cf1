namespace MeshProxy.Transport.Loops;

/// <summary>
/// Gives back what a loop's pools hold and nobody has used for a while, so that a burst of bulk leaves neither memory nor descriptors
/// behind. Armed only while there is something to give back: an idle loop has no timer.
/// </summary>
internal sealed class PoolTrim(EventLoop loop) : LoopTimer
{
    /// <summary>A spare is closed after one to two of these without use. To make a pipe again costs some 10 µs, a block less.</summary>
    private const int IntervalMilliseconds = 5000;

    public void ArmIfNeeded()
    {
        if (!IsArmed && (loop.Pipes.HasFree || loop.Blocks.HasFree))
            loop.Timers.Arm(this, loop.Clock.Milliseconds + IntervalMilliseconds);
    }

    protected internal override void OnExpired()
    {
        loop.Pipes.Trim();
        loop.Blocks.Trim();
    }
}
