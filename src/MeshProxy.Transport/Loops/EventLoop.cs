using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Loops;

/// <summary>
/// One thread, one epoll: every connection accepted here lives and dies on this thread, its upstream too, so that nothing on the byte path
/// needs a lock, an atomic or a hand-over. A turn: (1) wait, (2) read the clock, (3) run each ready source to completion, (4) send what
/// they have posted, sixteen at a time, (5) where a timer is due, run what has come meanwhile too, (6) go on with work that yielded,
/// (7) fire timers, (8) end who holds too many blocks, (9) see whether a pool has spares.
/// </summary>
public sealed class EventLoop
{
    private readonly int _epoll;
    private readonly EpollBatch _batch = new();
    private readonly PollTable _table = new();
    private readonly WakeEvent _wake = new();
    private readonly Action<Exception> _onFault;
    private readonly Thread _thread;
    private readonly PoolTrim _trim;
    private List<ILoopWork> _yielded = [];
    private List<ILoopWork> _resuming = [];
    private bool _stopping;

    /// <param name="onFault">Told of an exception that came out of a connection: a bug, which costs that connection alone.</param>
    /// <param name="blocks">More of them than this may not stay rented: who holds one longest gives way.</param>
    public EventLoop(int index, int pipes, TimeProvider time, Action<Exception> onFault, int blocks = int.MaxValue)
    {
        _onFault = onFault;
        var created = EpollCalls.Create();
        if (created.Failed)
            throw new LoopException($"cannot make an event loop: epoll_create1 gave {created.Error}");
        _epoll = created.Value;
        Clock = new LoopClock(time);
        Timers = new TimerWheel(Clock.Milliseconds, (fault, timer) => GiveUp(fault, timer.OnFault));
        Pipes = new PipePool(pipes);
        Blocks = new BlockPool(blocks);
        _trim = new PoolTrim(this);
        Register(_wake, PollEvents.In);
        _thread = new Thread(Run) { Name = $"loop-{index}", IsBackground = true };
    }

    public LoopClock Clock { get; }

    public TimerWheel Timers { get; }

    internal BlockPool Blocks { get; }

    internal PipePool Pipes { get; }

    internal Outbox Outbox { get; } = new();

    /// <summary>What a direction reads into before it writes: used within one call, so all connections of the loop share it.</summary>
    internal Block Scratch { get; } = new();

    public void Start() => _thread.Start();

    /// <summary>
    /// Runs the action on the loop's thread, in its next turn. The only member that other threads may call, besides Start and Stop.
    /// </summary>
    public void Post(Action action) => _wake.Post(static action => ((Action)action!)(), action);

    /// <summary>As <see cref="Post(Action)"/>, for callers that have no closure to spare.</summary>
    internal void Post(Action<object?> action, object? state) => _wake.Post(action, state);

    /// <summary>Ends the thread after its present turn and waits for that; sources still registered are abandoned.</summary>
    public void Stop()
    {
        Post(() => _stopping = true);
        _thread.Join();
    }

    /// <summary>
    /// Does this to every socket open at this moment, for a drain. One that throws is given up, and costs the others nothing.
    /// </summary>
    internal void ForEachSocket(Action<LoopSocket> action)
    {
        foreach (var source in _table.Snapshot())
        {
            if (source is not LoopSocket { IsOpen: true } socket)
                continue;
            try
            {
                action(socket);
            }
            catch (Exception fault)
            {
                GiveUp(fault, socket.OnFault);
            }
        }
    }

    /// <summary>Tells of an exception and ends what it came out of.</summary>
    internal void GiveUp(Exception fault, Action end)
    {
        _onFault(fault);
        try
        {
            end();
        }
        catch (Exception second)
        {
            _onFault(second);
        }
    }

    internal bool Register(PollSource source, PollEvents events)
    {
        var key = _table.Add(source);
        if (!EpollCalls.Control(_epoll, EpollOperation.Add, source.Descriptor, events, key).Failed)
            return true;
        _table.Remove(source);
        return false;
    }

    internal void Modify(PollSource source, PollEvents events) =>
        _ = EpollCalls.Control(_epoll, EpollOperation.Modify, source.Descriptor, events, _table.KeyOf(source));

    /// <summary>Forgets the source. Closing the descriptor takes it out of the epoll set (epoll(7), Q6), which saves a call.</summary>
    internal void Forget(PollSource source)
    {
        if (source.Slot >= 0)
            _table.Remove(source);
    }

    internal void ContinueLater(ILoopWork work) => _yielded.Add(work);

    private void Run()
    {
        while (!_stopping)
        {
            var next = Timers.MillisecondsToNext(Clock.Milliseconds);
            var due = next < 0 ? long.MaxValue : Clock.Milliseconds + next;
            var timeout = _yielded.Count > 0 ? 0 : next;
            var ready = _batch.Wait(_epoll, timeout);
            Clock.Advance(timeout);
            RunReady(ready.Value);
            if (Clock.Milliseconds >= due)
                RunWhatHasCome();
            ResumeYielded();
            Timers.Advance(Clock.Milliseconds);
            EndLongestHolders();
            _trim.ArmIfNeeded();
        }
        _wake.Close();
        SocketCalls.Close(_epoll);
        Blocks.FreeAll();
        Pipes.CloseAll();
        Scratch.Free();
        Outbox.Block.Free();
        _batch.Dispose();
    }

    private void RunReady(int count)
    {
        Outbox.IsOpen = count > 1;
        for (var i = 0; i < count; i++)
        {
            Dispatch(i);
            if (Outbox.IsFull)
                SendPosted();
        }
        SendPosted();
        Outbox.IsOpen = false;
    }

    /// <summary>
    /// No timer fires before what came until its time has been read. The wait may have ended before that, or with EINTR, which is what
    /// epoll_wait(2) says after SIGSTOP and SIGCONT even where nobody handles a signal (signal(7)). Who is ready again meanwhile comes
    /// behind those who have not had their turn.
    /// </summary>
    private void RunWhatHasCome()
    {
        var ready = EpollBatch.Capacity;
        for (var rest = _table.Count; rest > 0 && ready == EpollBatch.Capacity; rest -= EpollBatch.Capacity)
            RunReady(ready = _batch.Wait(_epoll, 0).Value);
    }

    /// <summary>What sending leads to is sent at once.</summary>
    private void SendPosted()
    {
        if (Outbox.Count == 0)
            return;
        Outbox.IsOpen = false;
        for (var i = 0; i < Outbox.Count; i++)
            Send(Outbox[i]);
        Outbox.Clear();
        Outbox.IsOpen = true;
    }

    private void Send(OutboxItem posted)
    {
        try
        {
            posted.SendPosted();
        }
        catch (Exception fault)
        {
            GiveUp(fault, posted.OnFault);
        }
    }

    private void Dispatch(int index)
    {
        if (_table.Find(_batch.Data(index)) is not { } source)
            return;
        try
        {
            source.OnReady(_batch.Events(index));
        }
        catch (Exception fault)
        {
            GiveUp(fault, source.OnFault);
        }
    }

    private void ResumeYielded()
    {
        if (_yielded.Count == 0)
            return;
        (_yielded, _resuming) = (_resuming, _yielded);
        foreach (var work in _resuming)
            Continue(work);
        _resuming.Clear();
    }

    /// <summary>
    /// Between two sources, because the end of a connection must not come into the middle of another's turn, or of its own.
    /// </summary>
    private void EndLongestHolders()
    {
        while (Blocks.TakeLongestHolder() is { } socket)
        {
            try
            {
                socket.Owner.Abort(CloseReason.OutOfResources);
            }
            catch (Exception fault)
            {
                _onFault(fault);
            }
        }
    }

    private void Continue(ILoopWork work)
    {
        try
        {
            work.Continue();
        }
        catch (Exception fault)
        {
            GiveUp(fault, work.OnFault);
        }
    }
}
