using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;

namespace MeshProxy.Transport.Sockets;

/// <summary>
/// A connected TCP socket on a loop. Registered once, edge-triggered, for reading and writing; <see cref="Readiness"/> remembers the edges.
/// No member may be called from another thread.
/// </summary>
public sealed class LoopSocket : PollSource
{
    private readonly EventLoop _loop;
    private bool _lingerZero;

    private LoopSocket(EventLoop loop, int descriptor, SocketOwner owner)
    {
        _loop = loop;
        Descriptor = descriptor;
        Owner = owner;
    }

    public SocketOwner Owner { get; set; }

    public Readiness Readiness { get; private set; }

    public bool IsOpen => Descriptor >= 0;

    /// <summary>Set once a call failed for good. The kernel reports a reset once; later reads would pass for a clean end.</summary>
    public Errno Failure { get; private set; }

    public SocketEndpoint LocalEndpoint => SocketCalls.LocalEndpoint(Descriptor);

    public SocketEndpoint PeerEndpoint => SocketCalls.PeerEndpoint(Descriptor);

    /// <summary>Wraps an accepted descriptor and starts watching it. Null where epoll has no room: the descriptor is reset.</summary>
    internal static LoopSocket? Adopt(EventLoop loop, int descriptor, SocketOwner owner)
    {
        var socket = new LoopSocket(loop, descriptor, owner);
        if (loop.Register(socket, PollEvents.AllEdges))
            return socket;
        socket.CloseWithReset();
        return null;
    }

    /// <summary>
    /// Starts a TCP handshake; the outcome comes as readiness (writable, or failed with <see cref="TakeFailure"/>). An immediate failure
    /// is returned as <paramref name="error"/> with a null socket.
    /// </summary>
    public static LoopSocket? Dial(EventLoop loop, SocketEndpoint target, SocketTuning tuning, int mark, SocketOwner owner, out Errno error)
    {
        var created = SocketCalls.CreateStream(SocketAddress.FamilyOf(target));
        error = created.Error;
        if (created.Failed)
            return null;
        tuning.ApplyTo(created.Value);
        if (mark != 0)
            _ = SocketOptionCalls.Mark(created.Value, mark);
        var connected = SocketCalls.Connect(created.Value, target);
        if (connected.Failed && connected.Error != Errno.EINPROGRESS)
        {
            error = connected.Error;
            SocketCalls.Close(created.Value);
            return null;
        }
        var socket = Adopt(loop, created.Value, owner);
        error = socket is null ? Errno.ENOMEM : Errno.None;
        return socket;
    }

    public bool Has(Readiness readiness) => (Readiness & readiness) != 0;

    /// <summary>SO_ERROR, which reading clears: why a handshake failed, or a reset that no read has met yet.</summary>
    public Errno TakeFailure()
    {
        var error = SocketOptionCalls.PendingError(Descriptor);
        if (error != Errno.None)
            Failure = error;
        return error;
    }

    /// <summary>Looks at what has arrived and leaves it where it is: a connection under detection holds no memory here.</summary>
    internal unsafe IoResult Peek(Block into) => Remember(SocketCalls.Peek(Descriptor, into.Pointer, Block.Size), Readiness.Readable);

    internal unsafe IoResult Receive(Block into, int offset, int count)
    {
        var received = SocketCalls.Receive(Descriptor, into.Pointer + offset, count);
        // A short read has emptied the queue, and new bytes raise a new edge: asking again would only fetch EAGAIN.
        if (received.Value < count && (Readiness & (Readiness.ReadEnded | Readiness.Urgent | Readiness.Failed)) == 0)
            Readiness &= ~Readiness.Readable;
        return received.Failed ? Remember(received, Readiness.Readable) : received;
    }

    internal unsafe IoResult Send(Block from, int offset, int count)
    {
        var sent = SocketCalls.Send(Descriptor, from.Pointer + offset, count);
        return sent.Failed ? Remember(sent, Readiness.Writable) : sent;
    }

    /// <summary>Without <see cref="SocketTuning"/>'s bound on what is queued beyond the peer's window: 0 is the machine's own.</summary>
    internal void QueueFreely() => _ = SocketOptionCalls.NotSentLowWater(Descriptor, 0);

    internal IoResult FillFrom(SplicePipe pipe) => Remember(pipe.Empty(Descriptor), Readiness.Writable);

    internal IoResult EmptyInto(SplicePipe pipe, int atMost) => Remember(pipe.Fill(Descriptor, atMost), Readiness.Readable);

    /// <summary>True where the urgent byte is next: all before it has been read, and it can be fetched now.</summary>
    internal bool IsAtUrgentMark() => SocketOptionCalls.IsAtUrgentMark(Descriptor);

    internal unsafe IoResult ReceiveUrgent(Block into)
    {
        Readiness &= ~Readiness.Urgent;
        return SocketCalls.ReceiveUrgent(Descriptor, into.Pointer);
    }

    internal unsafe IoResult SendUrgent(Block from) => Remember(SocketCalls.SendUrgent(Descriptor, from.Pointer), Readiness.Writable);

    internal IoResult ShutdownSend() => SocketCalls.ShutdownSend(Descriptor);

    internal int UnacknowledgedBytes() => SocketOptionCalls.UnacknowledgedBytes(Descriptor);

    internal PeerSilence? Silence() => SocketOptionCalls.SilenceOf(Descriptor);

    internal void SetUserTimeout(int milliseconds) => _ = SocketOptionCalls.UserTimeout(Descriptor, milliseconds);

    /// <summary>The next <see cref="Close"/> sends RST.</summary>
    public void ResetOnClose() => _lingerZero = true;

    public void CloseWithReset()
    {
        ResetOnClose();
        Close();
    }

    public void Close()
    {
        if (Descriptor < 0)
            return;
        _loop.Forget(this);
        if (_lingerZero)
            _ = SocketOptionCalls.LingerZero(Descriptor);
        SocketCalls.Close(Descriptor);
        Descriptor = -1;
        Readiness = Readiness.None;
    }

    internal override void OnReady(PollEvents events)
    {
        var grown = Readiness.None;
        if ((events & (PollEvents.In | PollEvents.ReadHangUp | PollEvents.HangUp | PollEvents.Error)) != 0)
            grown |= Readiness.Readable;
        if ((events & (PollEvents.Out | PollEvents.HangUp | PollEvents.Error)) != 0)
            grown |= Readiness.Writable;
        if ((events & (PollEvents.ReadHangUp | PollEvents.HangUp)) != 0)
            grown |= Readiness.ReadEnded;
        if ((events & PollEvents.Priority) != 0)
            grown |= Readiness.Urgent;
        if ((events & (PollEvents.HangUp | PollEvents.Error)) != 0)
            grown |= Readiness.Failed;
        Readiness |= grown;
        Owner.OnReady(this);
    }

    internal override void OnFault() => Owner.Abort(CloseReason.InternalError);

    private IoResult Remember(IoResult result, Readiness blocked)
    {
        if (result.WouldBlock)
            Readiness &= ~blocked;
        else if (result.Failed && Failure == Errno.None)
            Failure = result.Error;
        return result;
    }
}
