using MeshProxy.Transport.Loops;

namespace MeshProxy.Tests.Transport;

public sealed class LoopClockTests
{
    private readonly HandTime _time = new();
    private readonly LoopClock _clock;

    public LoopClockTests() => _clock = new LoopClock(_time);

    [Fact]
    public void Time_passes_as_it_does_outside()
    {
        var start = _clock.Milliseconds;
        _time.Pass(1500);
        _clock.Advance(2000);
        Assert.Equal(start + 1500, _clock.Milliseconds);
    }

    [Fact]
    public void Time_in_which_the_process_was_stopped_does_not_count()
    {
        var start = _clock.Milliseconds;
        _time.Pass(10_100);
        _clock.Advance(100);
        Assert.Equal(start + 100, _clock.Milliseconds);
        _time.Pass(50);
        _clock.Advance(100);
        Assert.Equal(start + 150, _clock.Milliseconds);
    }

    [Fact]
    public void Long_turn_of_a_busy_loop_is_no_pause()
    {
        var start = _clock.Milliseconds;
        _time.Pass(900);
        _clock.Advance(0);
        Assert.Equal(start + 900, _clock.Milliseconds);
    }

    private sealed class HandTime : TimeProvider
    {
        private long _ticks = 1_000_000_000;

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => _ticks;

        public void Pass(long milliseconds) => _ticks += milliseconds * 1_000_000;
    }
}
