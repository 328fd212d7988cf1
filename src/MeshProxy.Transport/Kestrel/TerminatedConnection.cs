using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Relay;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace MeshProxy.Transport.Kestrel;

/// <summary>
/// A downstream connection whose HTTP Kestrel terminates: the loop keeps the socket and moves bytes between it and two pipes. (1) Handed
/// over, (2) received until the pipe is full, (3) sent as Kestrel writes, (4) ended once.
/// </summary>
/// <remarks>
/// Threads: what was received is parsed, routed and sent on by Kestrel and the forwarder on the loop's thread, inside the flush of the
/// pipe, so a request costs no hop and no task on its way in. The upstream's answer comes on the thread pool; what is written from there is
/// posted to the loop, once per flush. A writer that waited for a slow client goes on on the pool. Bytes are copied between pipe and the
/// loop's scratch block (some 0.1 µs per KiB), which leaves nothing pinned; an idle connection holds no buffer.
/// </remarks>
[SuppressMessage("Reliability", "CA2012", Justification = "A pipe's awaiter is kept until it calls back, and is asked once.")]
public sealed partial class TerminatedConnection : SocketOwner, ILoopWork
{
    /// <summary>
    /// As much as a relayed direction holds, times two, so that the longest head that Kestrel takes fits beside what was read with it.
    /// </summary>
    private const int MostUnread = 2 * Block.Size;

    /// <summary>Then the loop's other connections have their turn.</summary>
    private const int MostBlocksPerTurn = 8;

    private readonly EventLoop _loop;
    private readonly LoopSocket _socket;
    private readonly RelayOwner _owner;
    private readonly ByteCounter _sent;
    private readonly ByteCounter _received;
    private readonly Pipe _input;
    private readonly Pipe _output;
    private readonly Action _onOutput;
    private readonly Action _onRoom;
    private readonly KeptInput _kept = new();
    private readonly HeadTimer _headTimer;
    private readonly StallTimer _timer;
    private StallWatch _stall;
    private ValueTaskAwaiter<ReadResult> _reading;
    private ValueTaskAwaiter<FlushResult> _flushing;
    private bool _isReading;
    private bool _isFlushing;
    private bool _inputEnded;
    private bool _isHeld;
    private bool _yielded;
    private bool _ended;

    /// <param name="owner">Is told of the end, when the socket is closed.</param>
    /// <param name="userTimeout">The TCP_USER_TIMEOUT of the socket, milliseconds.</param>
    public TerminatedConnection(
        EventLoop loop, LoopSocket socket, int userTimeout, ByteCounter sent, ByteCounter received, RelayOwner owner)
    {
        (_loop, _socket, _owner, _sent, _received) = (loop, socket, owner, sent, received);
        var scheduler = new LoopScheduler(loop);
        _input = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: scheduler,
            pauseWriterThreshold: MostUnread, resumeWriterThreshold: MostUnread / 2, useSynchronizationContext: false));
        _output = new Pipe(new PipeOptions(
            readerScheduler: scheduler, writerScheduler: PipeScheduler.ThreadPool,
            pauseWriterThreshold: Block.Size, resumeWriterThreshold: Block.Size / 2, useSynchronizationContext: false));
        _onOutput = OnOutput;
        _onRoom = OnRoom;
        _headTimer = new HeadTimer(this);
        _timer = new StallTimer(this, userTimeout == 0 ? 0 : StallWatch.IntervalOf(userTimeout));
        _stall = new StallWatch(socket, userTimeout);
        Context = new HandedOverContext(this, socket, new ApplicationSide(_input.Reader, new LastWordWriter(_output.Writer)));
    }

    /// <summary>Looks at the input first; null where everything passes. Set before the start.</summary>
    public InputGate? Gate { get; set; }

    public HandedOverContext Context { get; }

    /// <summary>Bytes from downstream.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Bytes to downstream.</summary>
    public long BytesReceived { get; private set; }

    // 1. Handed over: the socket is this connection's, with what its kernel queue holds. False where Kestrel takes none any more.
    public bool TryStart(HandoverListener listener)
    {
        if (!listener.TryAdd(Context))
            return false;
        _socket.Owner = this;
        AwaitOutput();
        Receive();
        return true;
    }

    /// <summary>As soon as the request under way is answered: Connection: close or GOAWAY. An idle connection ends at once.</summary>
    public void RequestClose() => Context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    public void Continue()
    {
        _yielded = false;
        Receive();
        Send();
    }

    void ILoopWork.OnFault() => Abort(CloseReason.InternalError);

    internal void PostAbort(CloseReason reason) => _loop.Post(() => Abort(reason));

    internal void PostInputEnd() => _loop.Post(() => _input.Writer.Complete());

    internal void PostSwitchDecided(int request, bool isSwitched) => _loop.Post(() => OnSwitchDecided(request, isSwitched));

    protected internal override void OnReady(LoopSocket socket)
    {
        if (socket.Has(Readiness.Failed) && socket.TakeFailure() is var error and not Errno.None)
        {
            Fail(error);
            return;
        }
        if (socket.Has(Readiness.Readable))
            Receive();
        if (socket.Has(Readiness.Writable))
            Send();
    }

    protected internal override void Sweep() => _owner.Sweep();

    protected internal override void Abort(CloseReason reason)
    {
        if (_ended)
            return;
        Close(new ConnectionAbortedException(reason.ToString()));
        _socket.CloseWithReset();
        _owner.OnRelayEnded(reason);
    }

    // 2. Received until the pipe is full; then the kernel's window closes on the client.
    private void Receive()
    {
        for (var blocks = 0; !_ended && !_inputEnded && !_isFlushing && !_isHeld && _socket.Has(Readiness.Readable); blocks++)
        {
            if (blocks == MostBlocksPerTurn)
            {
                Yield();
                return;
            }
            // What is kept and what comes are shown together: one block at most.
            var received = _socket.Receive(_loop.Scratch, 0, Block.Size - _kept.Length);
            if (received.Value > 0)
                Take(received.Value);
            else if (received.Value == 0)
                OnClientEnded();
            else if (!received.WouldBlock)
                Fail(received.Error);
        }
    }

    private void Take(int count)
    {
        BytesSent += count;
        _sent.Add(count);
        ReadOnlySpan<byte> arrived = _loop.Scratch.Span[..count];
        if (Gate is null)
            Push(arrived);
        else
            Inspect(_kept.IsEmpty ? arrived : _kept.With(arrived));
    }

    /// <summary>What Kestrel is not to see is behind what passes: neither waits for the other.</summary>
    private void Inspect(ReadOnlySpan<byte> arrived)
    {
        var verdict = Gate!.Inspect(arrived, out var passes);
        if (verdict == GateVerdict.Abort)
        {
            Abort(CloseReason.RequestRefused);
            return;
        }
        _isHeld = verdict == GateVerdict.Hold;
        if (passes > 0)
            _input.Writer.Write(arrived[..passes]);
        if (verdict == GateVerdict.End)
            _kept.Clear();
        else
            _kept.Keep(arrived, passes);
        _headTimer.Follow(_loop);
        if (passes > 0)
            Flush();
        if (verdict == GateVerdict.End)
            EndInput();
    }

    private void Push(ReadOnlySpan<byte> arrived)
    {
        _input.Writer.Write(arrived);
        Flush();
    }

    private void Flush()
    {
        var flushed = _input.Writer.FlushAsync();
        if (flushed.IsCompleted)
        {
            _inputEnded |= flushed.GetAwaiter().GetResult().IsCompleted;
            return;
        }
        _isFlushing = true;
        _flushing = flushed.GetAwaiter();
        _flushing.UnsafeOnCompleted(_onRoom);
    }

    private void OnRoom()
    {
        _isFlushing = false;
        if (_ended)
            return;
        _inputEnded |= _flushing.GetResult().IsCompleted;
        Receive();
    }

    private void OnSwitchDecided(int request, bool isSwitched)
    {
        if (_ended || _inputEnded)
            return;
        Gate!.OnSwitchDecided(request, isSwitched);
        if (!_isHeld)
            return;
        Inspect(_kept.Bytes);
        Receive();
    }

    private void OnClientEnded()
    {
        Gate?.OnEnded(!_kept.IsEmpty);
        _kept.Clear();
        EndInput();
    }

    private void EndInput()
    {
        _headTimer.Disarm(_loop);
        if (_inputEnded)
            return;
        _inputEnded = true;
        if (Gate is null || !Gate.AwaitsAnswers())
            _input.Writer.Complete();
    }

    // 3. Sent as Kestrel writes.
    private void Send()
    {
        for (var blocks = 0; !_ended && !_isReading && _socket.Has(Readiness.Writable); blocks++)
        {
            if (blocks == MostBlocksPerTurn)
            {
                Yield();
                return;
            }
            if (!_output.Reader.TryRead(out var written))
                AwaitOutput();
            else
                Send(written);
        }
        if (!_ended && !_isReading && !_timer.IsArmed)
            _timer.Arm(_loop);
    }

    private void AwaitOutput()
    {
        var reading = _output.Reader.ReadAsync();
        _isReading = true;
        _reading = reading.GetAwaiter();
        if (reading.IsCompleted)
            OnOutput();
        else
            _reading.UnsafeOnCompleted(_onOutput);
    }

    private void OnOutput()
    {
        _isReading = false;
        if (_ended)
            return;
        Send(_reading.GetResult());
        Send();
    }

    private void Send(in ReadResult written)
    {
        var buffer = written.Buffer;
        if (buffer.IsEmpty)
        {
            _output.Reader.AdvanceTo(buffer.End);
            if (written.IsCompleted)
                Finish();
            return;
        }
        var count = (int)Math.Min(buffer.Length, Block.Size);
        buffer.Slice(0, count).CopyTo(_loop.Scratch.Span);
        var sent = _socket.Send(_loop.Scratch, 0, count);
        var moved = Math.Max(0, sent.Value);
        _output.Reader.AdvanceTo(buffer.GetPosition(moved));
        BytesReceived += moved;
        _received.Add(moved);
        if (sent is { Failed: true, WouldBlock: false })
            Fail(sent.Error);
    }

    // 4. Ended once. Kestrel has said its last word: the gate's and FIN follow, and what the client still sends is dropped until it ends.
    private void Finish()
    {
        Close(null);
        var words = Context.HasLastWord ? null : Gate?.Answer;
        var reason = Context.HasLastWord ? Context.EndReason : Gate?.Reason ?? Context.EndReason;
        new FinalAnswer(_loop, _socket, words ?? [], reason, _owner).Start();
    }

    private void Fail(Errno error)
    {
        if (_ended)
            return;
        var reason = error is Errno.ETIMEDOUT or Errno.EHOSTUNREACH or Errno.ENETUNREACH
            ? CloseReason.DownstreamVanished
            : CloseReason.DownstreamReset;
        Close(new ConnectionResetException(error.ToString()));
        _socket.CloseWithReset();
        _owner.OnRelayEnded(reason);
    }

    /// <summary>Both pipes; the socket is the caller's.</summary>
    private void Close(Exception? cause)
    {
        _ended = true;
        _timer.Disarm(_loop);
        _headTimer.Disarm(_loop);
        _kept.Clear();
        _input.Writer.Complete(cause);
        _output.Reader.Complete(cause);
        Context.FireClosed();
    }

    private void Yield()
    {
        if (_yielded)
            return;
        _yielded = true;
        _loop.ContinueLater(this);
    }

    private sealed record ApplicationSide(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
