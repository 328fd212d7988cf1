using System.Diagnostics;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Relay;

/// <summary>
/// One direction of a relayed connection. Bytes are read into the loop's scratch block and written at once; only what the sink's kernel
/// buffer did not take is kept, in a pooled block, and nothing more is read until that is gone: at most 64 KiB here, the rest is TCP's own
/// backpressure. A direction that keeps filling the scratch block moves its pages by splice(2) until it falls silent.
/// </summary>
internal sealed class Flow(EventLoop loop, LoopSocket source, LoopSocket sink, ByteCounter counter)
{
    /// <summary>Reads (or splices) before the loop's other sockets get their turn: a megabyte of copying, about 100 µs.</summary>
    private const int TurnsBeforeYield = 16;

    /// <summary>Full reads in a row that make a direction bulk. Small exchanges never reach it and never pay for a pipe.</summary>
    private const int FullReadsToSplice = 4;

    /// <summary>Bulk that moves less than this between two silences goes back to copying, where one short read needs no second call.</summary>
    private const int LeastBulk = 64 * 1024;

    private Block? _held;
    private int _heldOffset;
    private int _heldCount;
    private SplicePipe? _pipe;
    private int _fullReads;
    private int _movedSinceSilence;
    private bool _urgentHeld;
    private byte _urgentByte;

    public LoopSocket Source => source;

    public LoopSocket Sink => sink;

    public FlowState State { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Bytes wait here for the sink to take them.</summary>
    public bool Holds => _heldCount > 0 || _pipe is not null || _urgentHeld;

    private bool IsBulk => _fullReads >= FullReadsToSplice;

    public FlowProgress Pump()
    {
        for (var turn = 0; turn < TurnsBeforeYield; turn++)
        {
            // 1. What is held goes first, or bytes would change their order.
            if (Holds && !Deliver())
                return State == FlowState.SinkFailed ? FlowProgress.Over : FlowProgress.Waiting;
            // 2. The end of the source goes on once nothing is held.
            if (State != FlowState.Open)
                return End();
            // 3. An urgent byte is sent on as one, at its place in the stream.
            if (source.Has(Readiness.Urgent) && source.IsAtUrgentMark())
                TakeUrgent();
            // 4. More from the source, by pages or by copy.
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

    public void Release()
    {
        if (_held is { } block)
            loop.Blocks.Return(block);
        if (_pipe is { } pipe)
            loop.Pipes.Return(pipe);
        _held = null;
        _pipe = null;
        _heldCount = 0;
        _urgentHeld = false;
    }

    private FlowProgress End()
    {
        if (State == FlowState.SourceEnded)
        {
            _ = sink.ShutdownSend();
            State = FlowState.Finished;
        }
        return FlowProgress.Over;
    }

    private void Copy()
    {
        var received = source.Receive(loop.Scratch, Block.Size);
        if (received.Value <= 0)
        {
            EndSource(received);
            return;
        }
        _fullReads = received.Value == Block.Size ? _fullReads + 1 : 0;
        Count(received.Value);
        Write(received.Value);
    }

    private void Write(int count)
    {
        var sent = sink.Send(loop.Scratch, 0, count);
        if (sent.Value == count)
            return;
        if (sent is { Failed: true, WouldBlock: false })
            FailSink();
        else
            Hold(sent.Failed ? 0 : sent.Value, count);
    }

    private void Hold(int from, int to)
    {
        _held = loop.Blocks.Rent();
        _heldOffset = 0;
        _heldCount = to - from;
        loop.Scratch.Span[from..to].CopyTo(_held.Span);
    }

    /// <summary>False: not a byte came, or there was no pipe; the caller copies instead, and so learns what the matter is.</summary>
    private bool Splice()
    {
        _pipe ??= loop.Pipes.TryRent();
        if (_pipe is null)
            return false;
        var moved = source.EmptyInto(_pipe);
        if (moved.Value > 0)
        {
            _movedSinceSilence += moved.Value;
            Count(moved.Value);
            return true;
        }
        ReturnPipe();
        if (!moved.WouldBlock || _movedSinceSilence < LeastBulk)
            _fullReads = 0;
        _movedSinceSilence = 0;
        return moved.WouldBlock;
    }

    private void ReturnPipe()
    {
        Debug.Assert(_pipe is { Held: 0 });
        loop.Pipes.Return(_pipe);
        _pipe = null;
    }

    /// <summary>True once nothing is held any more.</summary>
    private bool Deliver()
    {
        while (Holds)
        {
            if (!sink.Has(Readiness.Writable))
                return false;
            var sent = DeliverSome();
            if (sent is { Failed: true, WouldBlock: false })
            {
                FailSink();
                return false;
            }
        }
        return true;
    }

    private IoResult DeliverSome()
    {
        if (_held is { } block)
        {
            var sent = sink.Send(block, _heldOffset, _heldCount);
            if (!sent.Failed)
                TakeOff(sent.Value);
            return sent;
        }
        if (_pipe is { } pipe)
        {
            if (pipe.Held == 0)
            {
                ReturnPipe();
                return default;
            }
            return sink.FillFrom(pipe);
        }
        return SendUrgent();
    }

    private void TakeOff(int sent)
    {
        _heldOffset += sent;
        _heldCount -= sent;
        if (_heldCount > 0)
            return;
        loop.Blocks.Return(_held!);
        _held = null;
    }

    /// <summary>Nothing is held here, so the scratch block is free to carry the one byte.</summary>
    private void TakeUrgent()
    {
        var received = source.ReceiveUrgent(loop.Scratch);
        if (received.Value <= 0)
            return;
        Count(1);
        _urgentByte = loop.Scratch.Span[0];
        _urgentHeld = true;
    }

    private IoResult SendUrgent()
    {
        loop.Scratch.Span[0] = _urgentByte;
        var sent = sink.SendUrgent(loop.Scratch);
        _urgentHeld = sent.Failed;
        return sent;
    }

    private void EndSource(IoResult received)
    {
        if (received.WouldBlock)
            return;
        // A reset is reported once, to whichever call comes first; after that a read returns 0, which is no end of the peer's making.
        State = received.Failed || source.Failure != Errno.None ? FlowState.SourceFailed : FlowState.SourceEnded;
    }

    private void Count(int bytes)
    {
        Bytes += bytes;
        counter.Add(bytes);
    }
}
