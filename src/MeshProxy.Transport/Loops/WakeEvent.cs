using System.Collections.Concurrent;
using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Loops;

/// <summary>
/// How other threads reach a loop: a queue of actions and an eventfd, which is written only where the loop has not been called already.
/// Never used by a relayed connection; by one that Kestrel terminates once per answer.
/// </summary>
internal sealed class WakeEvent : PollSource
{
    private readonly ConcurrentQueue<(Action<object?> Action, object? State)> _posted = new();
    private int _called;

    public WakeEvent()
    {
        var created = EpollCalls.CreateEvent();
        if (created.Failed)
            throw new LoopException($"cannot make the event that wakes a loop: eventfd gave {created.Error}");
        Descriptor = created.Value;
    }

    public void Post(Action<object?> action, object? state)
    {
        _posted.Enqueue((action, state));
        if (Interlocked.Exchange(ref _called, 1) == 0)
            EpollCalls.Signal(Descriptor);
    }

    /// <summary>What is posted from now on is never run, and touches no descriptor that somebody else may have by then.</summary>
    public void Close()
    {
        var descriptor = Descriptor;
        Volatile.Write(ref _called, 1);
        Descriptor = -1;
        SocketCalls.Close(descriptor);
    }

    internal override void OnReady(PollEvents events)
    {
        EpollCalls.Drain(Descriptor);
        // Before the queue is looked at: what comes later calls again, and has the next turn.
        Interlocked.Exchange(ref _called, 0);
        for (var left = _posted.Count; left > 0 && _posted.TryDequeue(out var posted); left--)
            posted.Action(posted.State);
    }

    /// <summary>One action threw; those behind it still run.</summary>
    internal override void OnFault() => EpollCalls.Signal(Descriptor);
}
