namespace MeshProxy.Transport.Loops;

/// <summary>
/// The loop's own time, read once a turn: monotonic, and stopped while the process was. A process that was stopped (SIGSTOP, a paused
/// machine) finds its timers where it left them, instead of a thousand that ran out together before one waiting byte was read.
/// </summary>
public sealed class LoopClock
{
    /// <summary>A turn this much longer than asked for was a pause of the process: no work of one turn takes as long.</summary>
    private readonly long _pauseTicks;

    private readonly TimeProvider _time;
    private readonly double _ticksPerMillisecond;
    private long _lastReading;
    private long _paused;

    internal LoopClock(TimeProvider time)
    {
        _time = time;
        _ticksPerMillisecond = time.TimestampFrequency / 1000.0;
        _pauseTicks = 2 * time.TimestampFrequency;
        _lastReading = time.GetTimestamp();
        Ticks = _lastReading;
        Milliseconds = (long)(Ticks / _ticksPerMillisecond);
    }

    /// <summary>Time at the start of this turn, in units of the <see cref="TimeProvider"/>'s timestamp (nanoseconds on Linux).</summary>
    public long Ticks { get; private set; }

    /// <summary>Time at the start of this turn.</summary>
    public long Milliseconds { get; private set; }

    public double SecondsSince(long ticks) => (Ticks - ticks) / (_ticksPerMillisecond * 1000);

    /// <summary>
    /// Reads the clock. <paramref name="waited"/> is how long the loop meant to sleep, or -1 where it meant to for as long as it takes.
    /// </summary>
    internal void Advance(int waited)
    {
        var reading = _time.GetTimestamp();
        var excess = reading - _lastReading - (long)(waited * _ticksPerMillisecond);
        if (waited >= 0 && excess > _pauseTicks)
            _paused += excess;
        _lastReading = reading;
        Ticks = reading - _paused;
        Milliseconds = (long)(Ticks / _ticksPerMillisecond);
    }
}
