using System.Collections.Concurrent;
using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Loops;

/// <summary>How other threads reach a loop: a queue of actions and an eventfd. Rare by nature (settings, stop, scrape); never per connection.</summary>
internal sealed class WakeEvent : PollSource
{
    private readonly ConcurrentQueue<Action> _posted = new();

    public WakeEvent()
    {
        var created = EpollCalls.CreateEvent();
        if (created.Failed)
            throw new LoopException($"cannot make the event that wakes a loop: eventfd gave {created.Error}");
        Descriptor = created.Value;
    }

    public void Post(Action action)
    {
        _posted.Enqueue(action);
        EpollCalls.Signal(Descriptor);
    }

    internal override void OnReady(PollEvents events)
    {
        EpollCalls.Drain(Descriptor);
        while (_posted.TryDequeue(out var action))
            action();
    }

    /// <summary>One action threw; those behind it still run.</summary>
    internal override void OnFault() => EpollCalls.Signal(Descriptor);
}
