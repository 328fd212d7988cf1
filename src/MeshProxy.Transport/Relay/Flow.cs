using System.Diagnostics;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Relay;

/// <summary>
/// One direction of a relayed connection. Bytes are read into the loop's scratch block and written at once, or, where they are few and
/// other sockets are ready too, with those of the others (<see cref="Outbox"/>); only what the sink's kernel buffer did not take, or an
/// inspection does not let pass yet, is kept, in a pooled block, and nothing more is read until the sink has taken its part: at most
/// 64 KiB here, the rest is TCP's own backpressure. A direction that keeps filling the scratch block moves its pages by splice(2) until
/// it falls silent, or its sink falls behind.
/// </summary>
internal sealed partial class Flow(
    ConnectionRelay relay,
    EventLoop loop,
    FlowDirection direction,
    LoopSocket source,
    LoopSocket sink,
    ByteCounter counter,
    RelayInspection? inspection) : OutboxItem
{
    /// <summary>Reads (or splices) before the loop's other sockets get their turn: a megabyte of copying, about 100 µs.</summary>
    private const int TurnsBeforeYield = 16;

    /// <summary>Full reads in a row that make a direction bulk. Small exchanges never reach it and never pay for a pipe.</summary>
    private const int FullReadsToSplice = 4;

    /// <summary>
    /// Bulk that moves less than this between two silences goes back to copying, where one short read needs no second call.
    /// </summary>
    private const int LeastBulk = 64 * 1024;

    /// <summary>
    /// A sink that has taken so much of bulk reads it: the kernel may queue for it as it likes, which saves wake-ups.
    /// </summary>
    private const long QueuesFreelyAfter = 4 << 20;

    /// <summary>
    /// A sink that takes longer for what is held than this (1 MiB in a pipe: 4 MB/s) loses little by copying, and must not keep a pipe,
    /// with 1 MiB in it, from those who are fast.
    /// </summary>
    private const int SlowMilliseconds = 250;

    /// <summary>Full reads that such a direction copies before it is bulk again: 4 MiB.</summary>
    private const int FullReadsOfPenalty = 64;

    /// <summary>In the block: first what may be sent (held), then what may not pass yet (kept).</summary>
    private Block? _block;
    private int _heldOffset;
    private int _heldCount;
    private int _keptCount;
    private int _postedOffset;
    private int _postedCount;
    private SplicePipe? _pipe;
    private int _fullReads;
    private long _blockedSince;
    private int _movedSinceSilence;
    private byte[]? _inserted;
    private int _insertedSent;
    private bool _queuesFreely;
    private bool _judgesAgain;
    private bool _onHold;
    private bool _urgentHeld;
    private byte _urgentByte;

    public LoopSocket Source => source;

    public LoopSocket Sink => sink;

    public FlowDirection Direction => direction;

    public FlowState State { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Grows with each byte that comes, and again with each that had to wait here when it goes.</summary>
    public long Moved { get; private set; }

    /// <summary>Bytes wait here for the sink to take them.</summary>
    public bool Holds => _postedCount > 0 || _heldCount > 0 || _pipe is not null || _urgentHeld || _inserted is not null;

    /// <summary>Nothing waits here, neither for the sink nor for bytes that are to follow.</summary>
    public bool IsEmpty => !Holds && _keptCount == 0 && !_judgesAgain;

    /// <summary>The inspection has stopped this direction until the other one has moved on.</summary>
    public bool IsOnHold => _onHold;

    private bool IsBulk => _fullReads >= FullReadsToSplice && _keptCount == 0;

    public FlowProgress Pump()
    {
        for (var turn = 0; turn < TurnsBeforeYield; turn++)
        {
            // 1. What is held goes first, or bytes would change their order; with the loop's other sends where nothing else is to be done.
            if (IsOnlyPosted && State == FlowState.Open && !source.Has(Readiness.Readable | Readiness.Urgent))
                return FlowProgress.Waiting;
            if (Holds && !Deliver())
                return State == FlowState.SinkFailed ? FlowProgress.Over : FlowProgress.Waiting;
            // 2. The end of the source goes on once nothing is held.
            if (State != FlowState.Open)
                return End();
            // 3. A direction on hold is judged again when the other one has moved on.
            if (_onHold || _judgesAgain)
            {
                if (_onHold && inspection!.IsHeld(direction))
                    return FlowProgress.Waiting;
                _onHold = _judgesAgain = false;
                Judge(_block, _heldOffset, _keptCount);
                continue;
            }
            // 4. An urgent byte is sent on as one, at its place in the stream.
            if (source.Has(Readiness.Urgent) && source.IsAtUrgentMark())
                TakeUrgent();
            // 5. More from the source, by pages or by copy.
            else if (!source.Has(Readiness.Readable))
                return FlowProgress.Waiting;
            else if (!(IsBulk && Splice()))
                Copy();
            if (State == FlowState.SinkFailed)
                return FlowProgress.Over;
        }
        return FlowProgress.Yielded;
    }

    /// <summary>The sink is found dead by other means than a write. What is held can reach nobody.</summary>
    public void FailSink()
    {
        State = FlowState.SinkFailed;
        Release();
    }

    /// <summary>Puts bytes of the proxy's own behind all that has passed. Only while nothing is held, and no longer than a block.</summary>
    public void Insert(byte[] bytes)
    {
        Debug.Assert(!Holds && bytes.Length is > 0 and <= Block.Size);
        (_inserted, _insertedSent) = (bytes, 0);
        Count(bytes.Length);
    }

    public void Release()
    {
        _inserted = null;
        _postedCount = _heldCount = _keptCount = 0;
        _urgentHeld = false;
        ReturnBlockIfEmpty();
        if (_pipe is { } pipe)
            loop.Pipes.Return(pipe);
        _pipe = null;
    }

    private FlowProgress End()
    {
        if (State == FlowState.SourceEnded)
            State = FlowState.Finished;
        return FlowProgress.Over;
    }

    private void Copy()
    {
        var block = _block ?? loop.Scratch;
        if (_keptCount > 0 && _heldOffset + _keptCount > Block.Size / 2)
            MoveKeptToFront();
        var offset = _keptCount > 0 ? _heldOffset : 0;
        var room = Block.Size - offset - _keptCount;
        Debug.Assert(room > 0, "an inspection keeps less than a block");
        var received = source.Receive(block, offset + _keptCount, room);
        if (received.Value <= 0)
        {
            EndSource(received);
            return;
        }
        _fullReads = received.Value == Block.Size ? _fullReads + 1 : Math.Min(_fullReads, 0);
        if (inspection is null)
        {
            Count(received.Value);
            Write(block, 0, received.Value, 0);
        }
        else
            Judge(block, offset, _keptCount + received.Value);
    }

    private void MoveKeptToFront()
    {
        var bytes = _block!.Span;
        bytes.Slice(_heldOffset, _keptCount).CopyTo(bytes);
        _heldOffset = 0;
    }

    /// <summary>Shows the inspection all that has not passed, sends what may, and keeps the rest.</summary>
    private void Judge(Block? block, int offset, int count)
    {
        var arrived = block is null ? default : block.Span.Slice(offset, count);
        var (passes, verdict, replaced, replacement) = inspection!.Inspect(direction, arrived);
        _onHold = verdict == InspectionVerdict.Hold;
        var keeps = verdict is InspectionVerdict.Refuse or InspectionVerdict.Abort ? 0 : count - passes - replaced;
        if (replaced > 0)
            arrived.Slice(passes + replaced, keeps).CopyTo(arrived[passes..]);
        _judgesAgain = replacement is not null;
        Count(passes);
        if (count > 0)
            Write(block!, offset, passes, keeps);
        if (replacement is { Length: > 0 } && State != FlowState.SinkFailed)
            (_inserted, _insertedSent) = (replacement, 0);
        Count(replacement?.Length ?? 0);
        if (verdict == InspectionVerdict.Refuse && State == FlowState.Open)
            State = FlowState.Refused;
        else if (verdict == InspectionVerdict.Abort)
            State = FlowState.Aborted;
    }

    /// <param name="count">May be sent.</param>
    /// <param name="kept">Right behind it, may not pass yet.</param>
    private void Write(Block block, int offset, int count, int kept)
    {
        if (kept == 0 && loop.Outbox.TryPost(this, block.Span.Slice(offset, count), out _postedOffset))
        {
            _postedCount = count;
            Hold(block, offset, 0, 0);
            return;
        }
        var sent = count > 0 ? sink.Send(block, offset, count) : default;
        if (sent is { Failed: true, WouldBlock: false })
            FailSink();
        else
            Hold(block, offset + Math.Max(0, sent.Value), count - Math.Max(0, sent.Value), kept);
    }

    private void Hold(Block block, int offset, int held, int kept)
    {
        (_heldCount, _keptCount) = (held, kept);
        _heldOffset = offset;
        if (held + kept > 0 && _block is null)
        {
            _block = loop.Blocks.Rent(sink);
            block.Span.Slice(offset, held + kept).CopyTo(_block.Span);
            _heldOffset = 0;
        }
        ReturnBlockIfEmpty();
    }

    private void ReturnBlockIfEmpty()
    {
        if (_block is not { } block || _heldCount + _keptCount > 0)
            return;
        loop.Blocks.Return(block);
        _block = null;
        _heldOffset = 0;
    }

    /// <summary>False: not a byte came, or there was no pipe; the caller copies instead, and so learns what the matter is.</summary>
    private bool Splice()
    {
        var unseen = inspection?.Unseen(direction) ?? long.MaxValue;
        if (unseen < LeastBulk)
            return false;
        _pipe ??= loop.Pipes.TryRent();
        if (_pipe is null)
            return false;
        var moved = source.EmptyInto(_pipe, (int)Math.Min(unseen, SplicePipe.WantedSize));
        if (moved.Value > 0)
        {
            _movedSinceSilence += moved.Value;
            Count(moved.Value);
            inspection?.PassUnseen(direction, moved.Value);
            if (!_queuesFreely && Bytes >= QueuesFreelyAfter)
                QueueFreely();
            return true;
        }
        ReturnPipe();
        if (!moved.WouldBlock || _movedSinceSilence < LeastBulk)
            _fullReads = 0;
        _movedSinceSilence = 0;
        return moved.WouldBlock;
    }

    private void QueueFreely()
    {
        _queuesFreely = true;
        sink.QueueFreely();
    }

    private void ReturnPipe()
    {
        Debug.Assert(_pipe is { Held: 0 });
        loop.Pipes.Return(_pipe);
        _pipe = null;
    }

    /// <summary>
    /// Nothing is held here, so the scratch block is free to carry the one byte. What follows is copied: only recv(2) steps over the mark,
    /// where splice(2) says EAGAIN with bytes behind it, and no edge would follow.
    /// </summary>
    private void TakeUrgent()
    {
        _fullReads = Math.Min(_fullReads, 0);
        var received = source.ReceiveUrgent(loop.Scratch);
        if (received.Value <= 0)
            return;
        Count(1);
        _urgentByte = loop.Scratch.Span[0];
        _urgentHeld = true;
    }

    private void EndSource(IoResult received)
    {
        if (received.WouldBlock)
            return;
        // A reset is reported once, to whichever call comes first; after that a read returns 0, which is no end of the peer's making.
        if (received.Failed || source.Failure != Errno.None)
            State = FlowState.SourceFailed;
        else
            State = inspection?.OnSourceEnded(direction, _keptCount > 0) switch
            {
                InspectionVerdict.Refuse => FlowState.Refused,
                InspectionVerdict.Abort => FlowState.Aborted,
                _ => FlowState.SourceEnded,
            };
        _keptCount = 0;
        ReturnBlockIfEmpty();
    }

    private void Count(int bytes)
    {
        Bytes += bytes;
        Moved += bytes;
        counter.Add(bytes);
    }
}
