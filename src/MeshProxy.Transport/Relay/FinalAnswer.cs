using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Relay;

/// <summary>
/// The proxy's own last words to a client, or none: sent, followed by FIN, and then whatever the client still sends is read and dropped
/// until it ends too. Closing with unread bytes would be a reset, and a reset destroys an answer that has not been read (RFC 9112 §9.6).
/// </summary>
public sealed class FinalAnswer : SocketOwner
{
    /// <summary>For the answer to be read and the client to end. An attacker gets no more than this for a refused request.</summary>
    private const int PatienceMilliseconds = 2000;

    /// <summary>The rest of an upload nobody wants; who sends more does not mean to read the answer.</summary>
    private const int MostDropped = 1024 * 1024;

    private readonly EventLoop _loop;
    private readonly LoopSocket _downstream;
    private readonly byte[] _answer;
    private readonly RelayOwner _owner;
    private readonly CloseReason _reason;
    private readonly PatienceTimer _timer;
    private DeliveryWatch _delivery;
    private int _sent;
    private int _dropped;
    private bool _clientEnded;
    private bool _shutDown;
    private bool _ended;

    public FinalAnswer(EventLoop loop, LoopSocket downstream, byte[] answer, CloseReason reason, RelayOwner owner)
    {
        (_loop, _downstream, _answer, _reason, _owner) = (loop, downstream, answer, reason, owner);
        _timer = new PatienceTimer(this);
        _delivery = new DeliveryWatch(downstream);
        downstream.Owner = this;
    }

    public void Start()
    {
        _loop.Timers.Arm(_timer, _loop.Clock.Milliseconds + PatienceMilliseconds);
        OnReady(_downstream);
    }

    protected internal override void OnReady(LoopSocket socket)
    {
        while (_sent < _answer.Length && socket.Has(Readiness.Writable))
            SendSome();
        if (!_ended && _sent == _answer.Length && !_shutDown)
        {
            _ = socket.ShutdownSend();
            _shutDown = true;
        }
        while (!_ended && !_clientEnded && socket.Has(Readiness.Readable))
            DropSome();
        if (!_ended && _clientEnded && _shutDown)
            End(reset: false);
    }

    protected internal override void Abort(CloseReason reason) => End(reset: true);

    /// <summary>The client has all of it, FIN included: who reads it late still finds it in its own kernel.</summary>
    protected internal override void Sweep()
    {
        if (_shutDown && _downstream.UnacknowledgedBytes() == 0)
            End(reset: false);
    }

    /// <summary>
    /// Behind relayed bytes there is more patience, for as long as the client goes on taking them: a stop must not cut a slow download.
    /// </summary>
    private void OnPatienceEnd()
    {
        var now = _loop.Clock.Milliseconds;
        var isTaking = _answer.Length == 0 && _downstream.UnacknowledgedBytes() > 0
            && now - _delivery.TakenAt(0, now) < PatienceMilliseconds;
        if (isTaking)
            _loop.Timers.Arm(_timer, now + PatienceMilliseconds);
        else
            End(reset: !_shutDown);
    }

    private void SendSome()
    {
        var count = Math.Min(Block.Size, _answer.Length - _sent);
        _answer.AsSpan(_sent, count).CopyTo(_loop.Scratch.Span);
        var sent = _downstream.Send(_loop.Scratch, 0, count);
        if (!sent.Failed)
            _sent += sent.Value;
        else if (!sent.WouldBlock)
            End(reset: true);
    }

    private void DropSome()
    {
        var received = _downstream.Receive(_loop.Scratch, 0, Block.Size);
        if (received is { Failed: true, WouldBlock: false })
            End(reset: true);
        else if (received.Value == 0)
            _clientEnded = true;
        else if (received.Value > 0 && (_dropped += received.Value) > MostDropped)
            End(reset: true);
    }

    private void End(bool reset)
    {
        if (_ended)
            return;
        _ended = true;
        _sent = _answer.Length;
        _loop.Timers.Disarm(_timer);
        if (reset)
            _downstream.ResetOnClose();
        _downstream.Close();
        _owner.OnRelayEnded(_reason);
    }

    private sealed class PatienceTimer(FinalAnswer answer) : LoopTimer
    {
        protected internal override void OnExpired() => answer.OnPatienceEnd();

        protected internal override void OnFault() => answer.Abort(CloseReason.InternalError);
    }
}
