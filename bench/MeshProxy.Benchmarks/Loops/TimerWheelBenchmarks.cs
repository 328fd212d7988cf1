using BenchmarkDotNet.Attributes;
using MeshProxy.Transport.Loops;

namespace MeshProxy.Benchmarks.Loops;

/// <summary>The deadlines of 100,000 connections in one loop's wheel.</summary>
public class TimerWheelBenchmarks
{
    private const int Connections = 100_000;
    private const long IdleTimeout = 3_600_000;

    private readonly TimerWheel _wheel = new(nowMilliseconds: 0);
    private readonly Deadline[] _timers = new Deadline[Connections];
    private long _now;
    private int _next;

    [GlobalSetup]
    public void ArmAll()
    {
        for (var i = 0; i < Connections; i++)
            _wheel.Arm(_timers[i] = new Deadline(this), IdleTimeout + i);
    }

    [Benchmark]
    public void ArmAgain()
    {
        _next = (_next + 1) % Connections;
        _wheel.Arm(_timers[_next], _now + IdleTimeout);
    }

    /// <summary>What a turn of the loop pays where nothing is due.</summary>
    [Benchmark]
    public int TimeToNext() => _wheel.MillisecondsToNext(_now);

    /// <summary>One tick of 8 ms; a connection whose deadline comes is given the next.</summary>
    [Benchmark]
    public void Tick()
    {
        _now += TimerWheel.TickMilliseconds;
        _wheel.Advance(_now);
    }

    private sealed class Deadline(TimerWheelBenchmarks all) : LoopTimer
    {
        protected internal override void OnExpired() => all._wheel.Arm(this, all._now + IdleTimeout);
    }
}
