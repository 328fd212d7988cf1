using System.Diagnostics;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Relay;

/// <summary>
/// What waits for the sink, in the order it goes: (1) posted, for the end of the loop's round, (2) held, because the sink has not taken it,
/// (3) words of the proxy's own, (4) pages in a pipe, (5) an urgent byte.
/// </summary>
internal sealed partial class Flow
{
    private bool IsOnlyPosted =>
        _postedCount > 0 && _heldCount == 0 && _pipe is null && !_urgentHeld && _inserted is null && !_judgesAgain && !_onHold;

    public override void SendPosted()
    {
        if (_postedCount == 0)
            return;
        if (SendPostedBytes() is { Failed: true, WouldBlock: false })
            FailSink();
        relay.OnPostedSent(this);
    }

    public override void OnFault() => relay.Abort(CloseReason.InternalError);

    /// <summary>What the sink does not take is held from now on: the outbox is the next turn's.</summary>
    private IoResult SendPostedBytes()
    {
        var sent = sink.Send(loop.Outbox.Block, _postedOffset, _postedCount);
        var taken = Math.Max(0, sent.Value);
        Hold(loop.Outbox.Block, _postedOffset + taken, _postedCount - taken, 0);
        _postedCount = 0;
        return sent;
    }

    /// <summary>True once nothing is held any more.</summary>
    private bool Deliver()
    {
        while (Holds)
        {
            if (!sink.Has(Readiness.Writable))
            {
                _blockedSince = _blockedSince == 0 ? loop.Clock.Milliseconds : _blockedSince;
                return false;
            }
            var sent = DeliverSome();
            if (sent is { Failed: true, WouldBlock: false })
            {
                FailSink();
                return false;
            }
            Moved += Math.Max(0, sent.Value);
        }
        if (_blockedSince != 0)
            OnUnblocked();
        return true;
    }

    private void OnUnblocked()
    {
        if (loop.Clock.Milliseconds - _blockedSince >= SlowMilliseconds)
            _fullReads = -FullReadsOfPenalty;
        _blockedSince = 0;
    }

    private IoResult DeliverSome()
    {
        if (_postedCount > 0)
            return SendPostedBytes();
        if (_heldCount > 0)
        {
            var sent = sink.Send(_block!, _heldOffset, _heldCount);
            if (!sent.Failed)
                TakeOff(sent.Value);
            return sent;
        }
        if (_inserted is not null)
            return SendInserted(_inserted);
        if (_pipe is { } pipe)
        {
            if (pipe.Held > 0)
                return sink.FillFrom(pipe);
            ReturnPipe();
            return default;
        }
        return SendUrgent();
    }

    private void TakeOff(int sent)
    {
        _heldOffset += sent;
        _heldCount -= sent;
        if (_heldCount > 0)
            loop.Blocks.Progressed(_block!);
        ReturnBlockIfEmpty();
    }

    /// <summary>The scratch block is free: what was read into it has been sent or is in a block of its own.</summary>
    private IoResult SendInserted(byte[] inserted)
    {
        var rest = inserted.AsSpan(_insertedSent);
        rest.CopyTo(loop.Scratch.Span);
        var sent = sink.Send(loop.Scratch, 0, rest.Length);
        if (!sent.Failed && (_insertedSent += sent.Value) == inserted.Length)
            _inserted = null;
        return sent;
    }

    private IoResult SendUrgent()
    {
        loop.Scratch.Span[0] = _urgentByte;
        var sent = sink.SendUrgent(loop.Scratch);
        _urgentHeld = sent.Failed;
        return sent;
    }
}
