using MeshProxy.Transport.Loops;

namespace MeshProxy.Tests.Transport;

public sealed class TimerWheelTests
{
    private readonly TimerWheel _wheel = new(0);
    private readonly List<long> _fired = [];

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(40_000)]
    [InlineData(3_600_000)]
    [InlineData(432_000_000)]
    public void Timer_fires_in_the_tick_after_its_deadline_and_never_before(long deadline)
    {
        _wheel.Arm(new Recorder(this, deadline), deadline);
        long now = 0;
        while (_fired.Count == 0)
        {
            var sleep = _wheel.MillisecondsToNext(now);
            Assert.InRange(sleep, 0, int.MaxValue);
            now += Math.Max(1, sleep);
            _wheel.Advance(now);
            Assert.True(now <= deadline + TimerWheel.TickMilliseconds, $"still not fired at {now}");
        }
        Assert.True(now >= deadline, $"fired at {now}");
    }

    [Fact]
    public void Random_timers_fire_once_each_in_order_of_their_ticks()
    {
        var random = new Random(11);
        var deadlines = Enumerable.Range(0, 2000).Select(_ => random.NextInt64(1, 5_000_000)).ToList();
        foreach (var deadline in deadlines)
            _wheel.Arm(new Recorder(this, deadline), deadline);
        for (long now = 0; _fired.Count < deadlines.Count; now += random.Next(1, 5000))
            _wheel.Advance(now);
        Assert.Equal(deadlines.Order().Select(Tick), _fired.Select(Tick));
        Assert.Equal(-1, _wheel.MillisecondsToNext(5_000_000));
    }

    [Fact]
    public void Disarmed_timer_stays_silent_and_its_neighbours_do_not()
    {
        var timers = Enumerable.Range(0, 3).Select(i => new Recorder(this, i)).ToArray();
        foreach (var timer in timers)
            _wheel.Arm(timer, 100);
        _wheel.Disarm(timers[1]);
        Assert.False(timers[1].IsArmed);
        _wheel.Advance(200);
        Assert.Equal([0, 2], _fired.Order());
    }

    [Fact]
    public void Timer_armed_again_by_its_own_expiry_waits_for_its_new_deadline()
    {
        var timer = new Repeater(_wheel, 100);
        _wheel.Arm(timer, 100);
        for (long now = 0; now <= 1000; now += 8)
            _wheel.Advance(now);
        Assert.InRange(timer.Count, 8, 10);
    }

    private static long Tick(long milliseconds) => (milliseconds + TimerWheel.TickMilliseconds - 1) / TimerWheel.TickMilliseconds;

    private sealed class Recorder(TimerWheelTests tests, long name) : LoopTimer
    {
        protected internal override void OnExpired() => tests._fired.Add(name);
    }

    private sealed class Repeater(TimerWheel wheel, int interval) : LoopTimer
    {
        public int Count { get; private set; }

        protected internal override void OnExpired()
        {
            Count++;
            wheel.Arm(this, Deadline + interval);
        }
    }
}
