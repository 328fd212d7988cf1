using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Relay;

/// <summary>
/// Two connected sockets and the two flows between them, until both have ended. FIN goes on as FIN, behind every byte, and the other
/// direction stays open; RST goes on as RST, behind every byte that had come; a peer that vanished is told to the other side as RST,
/// because FIN would forge a clean end.
/// </summary>
public sealed partial class ConnectionRelay : SocketOwner, ILoopWork
{
    /// <summary>Between looks at whether the last bytes before a reset have been acknowledged.</summary>
    private const int FlushPollMilliseconds = 16;

    /// <summary>
    /// A receiver that takes the last bytes before a reset more slowly than this loses them, as it would without a proxy.
    /// </summary>
    private const int FlushLimitMilliseconds = 5000;

    private readonly EventLoop _loop;
    private readonly RelayLimits _limits;
    private readonly RelayOwner _owner;
    private readonly RelayInspection? _inspection;
    private readonly Flow _toUpstream;
    private readonly Flow _toDownstream;
    private readonly RelayTimer _timer;
    private StallWatch _downstreamStall;
    private StallWatch _upstreamStall;
    private DeliveryWatch _downstreamDelivery;
    private DeliveryWatch _upstreamDelivery;
    private long _lastActive;
    private long _lastTaken;
    private long _flushUntil;
    private LoopSocket? _flushSink;
    private CloseReason _flushReason;
    private bool _yielded;
    private bool _ended;

    public ConnectionRelay(
        EventLoop loop,
        LoopSocket downstream,
        LoopSocket upstream,
        RelayLimits limits,
        ByteCounter sent,
        ByteCounter received,
        RelayInspection? inspection,
        RelayOwner owner)
    {
        _inspection = inspection;
        _loop = loop;
        _limits = limits;
        _owner = owner;
        _toUpstream = new Flow(this, loop, FlowDirection.ToUpstream, downstream, upstream, sent, inspection);
        _toDownstream = new Flow(this, loop, FlowDirection.ToDownstream, upstream, downstream, received, inspection);
        _timer = new RelayTimer(this);
        _downstreamStall = new StallWatch(downstream, limits.UserTimeout);
        _upstreamStall = new StallWatch(upstream, limits.UserTimeout);
        _downstreamDelivery = new DeliveryWatch(downstream);
        _upstreamDelivery = new DeliveryWatch(upstream);
        _lastActive = loop.Clock.Milliseconds;
        downstream.Owner = upstream.Owner = this;
    }

    /// <summary>Bytes from downstream to upstream.</summary>
    public long BytesSent => _toUpstream.Bytes;

    /// <summary>Bytes from upstream to downstream.</summary>
    public long BytesReceived => _toDownstream.Bytes;

    /// <summary>
    /// Since the last byte passed, either way; what the kernel delivers meanwhile is counted once <see cref="HasStalled"/> has asked.
    /// </summary>
    public long SilentMilliseconds => _loop.Clock.Milliseconds - LastMoved;

    private long LastMoved => Math.Max(_lastActive, _lastTaken);

    private LoopSocket Downstream => _toUpstream.Source;

    private LoopSocket Upstream => _toUpstream.Sink;

    private bool IsHalfCloseBounded =>
        _limits.HalfClosed > 0
        && (_toUpstream.State is FlowState.Finished or FlowState.Refused || _toDownstream.State == FlowState.Finished);

    /// <summary>Moves what has arrived before the relay began. May end the connection before it returns.</summary>
    public void Start()
    {
        ArmTimer();
        Continue();
    }

    public void Continue()
    {
        _yielded = false;
        Run(_toUpstream);
        Run(_toDownstream);
    }

    void ILoopWork.OnFault() => Abort(CloseReason.InternalError);

    protected internal override void OnReady(LoopSocket socket)
    {
        var (from, to) = ReferenceEquals(socket, Downstream) ? (_toUpstream, _toDownstream) : (_toDownstream, _toUpstream);
        if (socket.Has(Readiness.Readable | Readiness.Urgent))
            Run(from);
        if (!_ended && to.Holds && socket.Has(Readiness.Writable))
            Run(to);
        if (!_ended && socket.Has(Readiness.Failed) && from.State is FlowState.Finished or FlowState.Refused)
            CheckFailureAfterFin(socket, to);
    }

    /// <summary>Nothing waits on its way to the client.</summary>
    public bool HasPassedAll => !_toDownstream.Holds;

    protected internal override void Abort(CloseReason reason) => End(reason);

    protected internal override void Sweep()
    {
        if (!_ended && _flushUntil == 0)
            _owner.OnRelaySwept(this);
    }

    /// <summary>
    /// That side has ended, and the other has acknowledged all it sent: from there nothing can come any more, and nothing is lost.
    /// </summary>
    public bool HasGivenAll(FlowDirection direction)
    {
        var flow = direction == FlowDirection.ToUpstream ? _toUpstream : _toDownstream;
        return flow.State == FlowState.Finished && flow.Sink.UnacknowledgedBytes() == 0;
    }

    /// <summary>
    /// No byte is on its way through here, nor waits in a receive queue: asked of the kernel, because one may have come since the loop
    /// last looked.
    /// </summary>
    public bool IsQuiet()
    {
        if (!_toUpstream.IsEmpty || !_toDownstream.IsEmpty || _yielded)
            return false;
        return !HasUnread(_toUpstream) && !HasUnread(_toDownstream);
    }

    /// <summary>Nothing has passed for so long, and neither peer has taken anything of what its kernel queue holds.</summary>
    public bool HasStalled(long milliseconds)
    {
        AskKernel();
        return SilentMilliseconds >= milliseconds;
    }

    /// <summary>Says what the inspection has to say by itself, where it can stand.</summary>
    public void SayWords()
    {
        SayWords(_toDownstream);
        SayWords(_toUpstream);
    }

    /// <summary>Ends with a reset to both sides.</summary>
    public void End(CloseReason reason) => End(reason, reset: true);

    /// <summary>
    /// Ends with FIN to both sides: the upstream's at once, the client's behind every byte, after which it may still take its time to read.
    /// </summary>
    public void Close(CloseReason reason)
    {
        if (_ended)
            return;
        _ended = true;
        _loop.Timers.Disarm(_timer);
        _toUpstream.Release();
        _toDownstream.Release();
        Upstream.Close();
        _inspection?.OnEnded();
        new FinalAnswer(_loop, Downstream, [], reason, _owner).Start();
    }

    private void SayWords(Flow flow)
    {
        if (_ended || flow.Holds || flow.State != FlowState.Open || _inspection?.TakeWords(flow.Direction) is not { } words)
            return;
        flow.Insert(words);
        Run(flow);
    }

    private bool HasUnread(Flow flow) =>
        flow.State == FlowState.Open && !flow.IsOnHold && !flow.Source.Peek(_loop.Scratch).WouldBlock;

    private void Run(Flow flow)
    {
        if (_ended || flow.State is FlowState.Finished or FlowState.SinkFailed
            || flow is { State: FlowState.Refused, Holds: false } || _flushUntil != 0)
            return;
        var before = flow.Moved;
        var progress = flow.Pump();
        if (flow.Moved != before)
            _lastActive = _loop.Clock.Milliseconds;
        if (progress == FlowProgress.Yielded && !_yielded)
        {
            _yielded = true;
            _loop.ContinueLater(this);
        }
        else if (progress == FlowProgress.Over)
            OnFlowOver(flow);
        if (_inspection is not null && !_ended)
            FollowInspection(flow);
    }

    /// <summary>The end of a sink shows, and an answer may have waited.</summary>
    internal void OnPostedSent(Flow flow)
    {
        if (_ended || _flushUntil != 0)
            return;
        if (flow.State == FlowState.SinkFailed)
            OnFlowOver(flow);
        if (_inspection is not null && !_ended)
            FollowInspection(flow);
    }

    /// <summary>One direction has moved on: the other may have waited for that, an answer may be due, a deadline may be nearer.</summary>
    private void FollowInspection(Flow moved)
    {
        if (_inspection!.Answer is { } answer)
        {
            // Behind every byte that has passed already.
            if (!_toDownstream.Holds)
                AnswerAndEnd(answer);
            return;
        }
        if (_inspection.Deadline != long.MaxValue && (!_timer.IsArmed || _inspection.Deadline < _timer.Deadline))
            ArmTimer();
        var other = ReferenceEquals(moved, _toUpstream) ? _toDownstream : _toUpstream;
        if (other.IsOnHold && !_inspection.IsHeld(other.Direction))
            Run(other);
    }

    /// <summary>Ends the upstream at once, and the client with an answer.</summary>
    private void AnswerAndEnd(byte[] answer)
    {
        var reason = _inspection!.AnswerReason;
        _ended = true;
        _loop.Timers.Disarm(_timer);
        _toUpstream.Release();
        _toDownstream.Release();
        Upstream.CloseWithReset();
        _inspection.OnEnded();
        new FinalAnswer(_loop, Downstream, answer, reason, _owner).Start();
    }

    private void OnFlowOver(Flow flow)
    {
        switch (flow.State)
        {
            case FlowState.Finished:
                PassFinOn(flow);
                break;
            case FlowState.SourceFailed:
                OnSourceFailed(flow);
                break;
            case FlowState.SinkFailed:
                OnSinkFailed(flow);
                break;
            case FlowState.Aborted:
                ResetWhenFlushed(flow.Sink, _inspection!.AnswerReason);
                break;
            case FlowState.Refused:
                // The answer comes now, or when the responses before it have passed. The client's end shows no more until then.
                ArmTimer();
                break;
        }
    }

    private void OnSourceFailed(Flow flow)
    {
        var reason = ReasonFor(flow.Source);
        if (_inspection is not null && ReferenceEquals(flow, _toDownstream))
            _inspection.OnUpstreamFailed(reason);
        if (_inspection?.Answer is null)
            ResetWhenFlushed(flow.Sink, reason);
    }

    /// <summary>
    /// The second FIN is sent by closing: everything has been read, so close sends no reset, and a call per connection is saved.
    /// </summary>
    private void PassFinOn(Flow flow)
    {
        if (_toUpstream.State == FlowState.Finished && _toDownstream.State == FlowState.Finished)
        {
            End(CloseReason.Completed, reset: false);
            return;
        }
        _ = flow.Sink.ShutdownSend();
        ArmTimer();
        // A reset that came while bytes before the FIN were still on their way raised its event then.
        if (flow.Source.Has(Readiness.Failed))
            CheckFailureAfterFin(flow.Source, ReferenceEquals(flow, _toUpstream) ? _toDownstream : _toUpstream);
    }

    /// <summary>A dead socket takes no more bytes, but what it had sent before it died is still to be delivered the other way.</summary>
    private void OnSinkFailed(Flow flow)
    {
        var reverse = ReferenceEquals(flow, _toUpstream) ? _toDownstream : _toUpstream;
        // An answer waits behind what the client has not taken yet.
        if (_inspection?.Answer is not null && reverse is { Direction: FlowDirection.ToDownstream, Holds: true })
            return;
        if (reverse.State is FlowState.Finished)
            ResetWhenFlushed(reverse.Sink, ReasonFor(flow.Sink));
        else if (reverse.State is FlowState.SinkFailed or FlowState.Refused)
            End(ReasonFor(flow.Sink), reset: true);
        else
            Run(reverse);
    }

    /// <summary>Nothing is read any more from a side whose FIN has been passed on, so its reset shows as an event alone.</summary>
    private void CheckFailureAfterFin(LoopSocket socket, Flow toSocket)
    {
        if (socket.TakeFailure() == Errno.None)
            return;
        toSocket.FailSink();
        OnSinkFailed(toSocket);
    }

    /// <summary>
    /// Closing with RST drops what the kernel has not delivered yet, so the reset waits, within bounds, for the last acknowledgement.
    /// </summary>
    private void ResetWhenFlushed(LoopSocket sink, CloseReason reason)
    {
        if (IsFlushed(sink))
        {
            End(reason, reset: true);
            return;
        }
        (_flushSink, _flushReason) = (sink, reason);
        _flushUntil = _loop.Clock.Milliseconds + FlushLimitMilliseconds;
        _loop.Timers.Arm(_timer, _loop.Clock.Milliseconds + FlushPollMilliseconds);
    }

    private CloseReason ReasonFor(LoopSocket dead)
    {
        var isDownstream = ReferenceEquals(dead, Downstream);
        return dead.Failure switch
        {
            Errno.ETIMEDOUT or Errno.EHOSTUNREACH or Errno.ENETUNREACH or Errno.EHOSTDOWN or Errno.ENETDOWN =>
                isDownstream ? CloseReason.DownstreamVanished : CloseReason.UpstreamVanished,
            Errno.ENOMEM or Errno.ENOBUFS => CloseReason.OutOfResources,
            _ => isDownstream ? CloseReason.DownstreamReset : CloseReason.UpstreamReset,
        };
    }

    private void End(CloseReason reason, bool reset)
    {
        if (_ended)
            return;
        _ended = true;
        _loop.Timers.Disarm(_timer);
        _toUpstream.Release();
        _toDownstream.Release();
        if (reset)
        {
            Downstream.ResetOnClose();
            Upstream.ResetOnClose();
        }
        Downstream.Close();
        Upstream.Close();
        _inspection?.OnEnded();
        _owner.OnRelayEnded(reason);
    }
}
