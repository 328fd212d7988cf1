using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Loops;

namespace MeshProxy.Tests.Transport;

/// <summary>What a loop owes to all that is on it, whatever one of them does.</summary>
public sealed class EventLoopTests : IDisposable
{
    private readonly List<Exception> _faults = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EventLoop _loop;

    public EventLoopTests()
    {
        _loop = new EventLoop(0, pipes: 1, TimeProvider.System, _faults.Add);
        _loop.Start();
    }

    public void Dispose() => _loop.Stop();

    [Fact]
    public async Task Work_that_breaks_is_given_up_and_the_rest_goes_on()
    {
        var broken = new Work(() => throw new InvalidOperationException("broken on purpose"));
        _loop.Post(() =>
        {
            _loop.ContinueLater(broken);
            _loop.ContinueLater(new Work(_done.SetResult));
        });
        await _done.Task.WaitAsync(Peer.Patience);
        Assert.True(broken.IsGivenUp);
        Assert.Single(_faults);
    }

    [Fact]
    public async Task Timer_that_breaks_is_given_up_and_those_of_its_tick_fire()
    {
        var broken = new Timer(() => throw new InvalidOperationException("broken on purpose"));
        var sound = new Timer(_done.SetResult);
        _loop.Post(() =>
        {
            // The last one armed fires first.
            var deadline = _loop.Clock.Milliseconds + 50;
            _loop.Timers.Arm(sound, deadline);
            _loop.Timers.Arm(broken, deadline);
        });
        await _done.Task.WaitAsync(Peer.Patience);
        Assert.True(broken.IsGivenUp);
        Assert.Single(_faults);
    }

    [Fact]
    public async Task Actions_that_call_for_more_of_them_do_not_keep_a_timer_from_firing()
    {
        _loop.Post(() => _loop.Timers.Arm(new Timer(_done.SetResult), _loop.Clock.Milliseconds + 20));
        _loop.Post(Again);
        await _done.Task.WaitAsync(Peer.Patience);

        void Again()
        {
            if (!_done.Task.IsCompleted)
                _loop.Post(Again);
        }
    }

    /// <summary>As after a pause of the process: the wait is over, time has run on, and peers have spoken meanwhile.</summary>
    [Fact]
    public async Task What_came_before_a_timer_was_due_is_read_before_it_fires()
    {
        var time = new JumpingTime();
        var loop = new EventLoop(0, pipes: 1, time, _faults.Add);
        loop.Start();
        List<string> order = [];
        loop.Post(() =>
        {
            loop.Timers.Arm(new Timer(() => Note("timer")), loop.Clock.Milliseconds + 100);
            time.OnRead = () => loop.Post(() => Note("bytes"));
        });
        await _done.Task.WaitAsync(Peer.Patience);
        loop.Stop();
        Assert.Equal(["bytes", "timer"], order);

        void Note(string what)
        {
            order.Add(what);
            if (order.Count == 2)
                _done.SetResult();
        }
    }

    /// <summary>Somebody speaks just before the next reading, which finds a second gone: less than what counts as a pause.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private readonly Lock _lock = new();
        private long _jumped;

        public Action? OnRead { get; set; }

        public override long GetTimestamp()
        {
            lock (_lock)
            {
                if (OnRead is { } speak)
                {
                    OnRead = null;
                    _jumped += TimestampFrequency;
                    speak();
                }
                return base.GetTimestamp() + _jumped;
            }
        }
    }

    private sealed class Work(Action action) : ILoopWork
    {
        public bool IsGivenUp { get; private set; }

        public void Continue() => action();

        public void OnFault() => IsGivenUp = true;
    }

    private sealed class Timer(Action action) : LoopTimer
    {
        public bool IsGivenUp { get; private set; }

        protected internal override void OnExpired() => action();

        protected internal override void OnFault() => IsGivenUp = true;
    }
}
