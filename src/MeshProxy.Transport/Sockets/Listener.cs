using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;

namespace MeshProxy.Transport.Sockets;

/// <summary>
/// One SO_REUSEPORT socket of one loop; the kernel spreads connections over the loops' listeners by hash. When descriptors or memory run
/// out, it stops asking epoll (no spinning), leaves newcomers in the backlog, and tries again every 50 ms or when a connection of its loop
/// ends; where somebody has waited for a second and there is still no room, it resets those who have waited longest, which the backlog
/// hands out first.
/// </summary>
public sealed class Listener : PollSource
{
    /// <summary>Connections per event: a storm of connects must not starve the loop's other sockets.</summary>
    private const int AcceptsPerTurn = 64;

    private const int RetryMilliseconds = 50;
    private const int ShedAfterMilliseconds = 1000;
    private const int ShedPerRetry = 64;

    private readonly EventLoop _loop;
    private readonly DescriptorBudget _budget;
    private readonly Acceptor _acceptor;
    private readonly RetryTimer _retry;
    private int _spare = -1;
    private ResourceLimit _shortOf;
    private long _waitingSince;
    private long _resumedAt;

    private Listener(EventLoop loop, SocketEndpoint endpoint, int descriptor, DescriptorBudget budget, Acceptor acceptor)
    {
        _loop = loop;
        _budget = budget;
        _acceptor = acceptor;
        _retry = new RetryTimer(this);
        _spare = DescriptorCalls.OpenSpare().Value;
        Endpoint = endpoint;
        Descriptor = descriptor;
    }

    public SocketEndpoint Endpoint { get; }

    public bool IsPaused { get; private set; }

    /// <summary>
    /// Binds and listens, with the kernel's largest backlog (somaxconn). Call before the loop starts. Throws <see cref="ListenException"/>.
    /// </summary>
    public static Listener Open(EventLoop loop, SocketEndpoint endpoint, SocketTuning tuning, DescriptorBudget budget, Acceptor acceptor)
    {
        var created = SocketCalls.CreateStream(SocketAddress.FamilyOf(endpoint));
        Check(created, endpoint, "socket", -1);
        var descriptor = created.Value;
        if (!endpoint.IsV4)
            Check(SocketOptionCalls.V6Only(descriptor), endpoint, "setsockopt(IPV6_V6ONLY)", descriptor);
        Check(SocketOptionCalls.ReuseAddress(descriptor), endpoint, "setsockopt(SO_REUSEADDR)", descriptor);
        Check(SocketOptionCalls.ReusePort(descriptor), endpoint, "setsockopt(SO_REUSEPORT)", descriptor);
        tuning.ApplyTo(descriptor);
        Check(SocketCalls.Bind(descriptor, endpoint), endpoint, "bind", descriptor);
        Check(SocketCalls.Listen(descriptor, int.MaxValue), endpoint, "listen", descriptor);
        return new Listener(loop, SocketCalls.LocalEndpoint(descriptor), descriptor, budget, acceptor);
    }

    /// <summary>Begins to accept. Until then connections wait in the kernel's backlog.</summary>
    public void Start() => _loop.Register(this, PollEvents.In);

    /// <summary>New connections inherit this; on the loop's thread.</summary>
    public void Retune(SocketTuning tuning) => tuning.ApplyTo(Descriptor);

    /// <summary>A connection of this loop has ended: descriptors may be free again.</summary>
    public void Resume()
    {
        if (!IsPaused || Descriptor < 0)
            return;
        IsPaused = false;
        _resumedAt = _loop.Clock.Milliseconds;
        _loop.Timers.Disarm(_retry);
        _loop.Modify(this, PollEvents.In);
        _acceptor.OnResumed();
    }

    /// <summary>Takes all that has connected already, as far as there is room for it: closing resets the rest. Listens no more.</summary>
    public void Finish()
    {
        while (Descriptor >= 0 && TakeNext() == Outcome.Taken)
        {
        }
        Close();
    }

    public void Close()
    {
        if (Descriptor < 0)
            return;
        _loop.Timers.Disarm(_retry);
        _loop.Forget(this);
        SocketCalls.Close(Descriptor);
        Descriptor = -1;
        CloseSpare();
    }

    internal override void OnReady(PollEvents events)
    {
        for (var i = 0; i < AcceptsPerTurn; i++)
        {
            var outcome = TakeNext();
            // The event said that somebody waits for the first place; whether anybody does for the next one, the next event will say.
            if (outcome == Outcome.NoRoom && i == 0)
                Pause(_shortOf);
            if (outcome != Outcome.Taken)
                return;
        }
    }

    internal override void OnFault() { }

    private Outcome TakeNext()
    {
        if (!_budget.TryTake())
        {
            _shortOf = _budget.LimitedBy;
            return Outcome.NoRoom;
        }
        var accepted = SocketCalls.Accept(Descriptor);
        if (!accepted.Failed)
        {
            HandOver(accepted.Value);
            return Outcome.Taken;
        }
        _budget.Release();
        if (accepted.Error == Errno.ECONNABORTED)
            return Outcome.Taken;
        if (IsPassing(accepted.Error))
            return Outcome.Nobody;
        _shortOf = LimitOf(accepted.Error);
        return Outcome.NoRoom;
    }

    private void HandOver(int descriptor)
    {
        _waitingSince = 0;
        LoopSocket? socket = null;
        try
        {
            var owner = _acceptor.NewOwner();
            socket = LoopSocket.Adopt(_loop, descriptor, owner);
            if (socket is not null)
                _acceptor.OnAccepted(socket, owner);
            else
                GiveBack();
        }
        catch (Exception fault)
        {
            GiveUp(fault, socket, descriptor);
        }
    }

    private void GiveBack()
    {
        _budget.Release();
        _acceptor.OnShed();
    }

    /// <summary>A connection that has an owner is ended by it, and given back to the budget there.</summary>
    private void GiveUp(Exception fault, LoopSocket? socket, int descriptor)
    {
        _loop.GiveUp(fault, socket is not null ? socket.OnFault : GiveBackDescriptor);

        void GiveBackDescriptor()
        {
            SocketCalls.Close(descriptor);
            GiveBack();
        }
    }

    /// <summary>
    /// EAGAIN: somebody else took it. ECONNABORTED and the network errors of accept(2): that one connection is gone, others are not.
    /// </summary>
    private static bool IsPassing(Errno error) => error is Errno.EAGAIN or Errno.ECONNABORTED or Errno.EINTR or Errno.EPROTO
        or Errno.ENETDOWN or Errno.ENOPROTOOPT or Errno.EHOSTDOWN or Errno.EHOSTUNREACH or Errno.EOPNOTSUPP or Errno.ENETUNREACH;

    /// <summary>What else can fail (accept(2)) is the kernel's memory: ENOBUFS, ENOMEM.</summary>
    private static ResourceLimit LimitOf(Errno error) =>
        error is Errno.EMFILE or Errno.ENFILE ? ResourceLimit.Descriptors : ResourceLimit.Memory;

    /// <summary>Somebody waits, and there is no room at this moment.</summary>
    private void Pause(ResourceLimit limit)
    {
        var now = _loop.Clock.Milliseconds;
        IsPaused = true;
        _loop.Modify(this, PollEvents.None);
        _acceptor.OnPaused(limit);
        // Whoever had waited when accepting resumed would have raised an event at once.
        if (_waitingSince == 0 || now - _resumedAt >= RetryMilliseconds)
            _waitingSince = now;
        if (now - _waitingSince >= ShedAfterMilliseconds)
            Shed();
        _loop.Timers.Arm(_retry, now + RetryMilliseconds);
    }

    /// <summary>
    /// With the spare descriptor given up for the moment, those at the head of the backlog can be accepted in order to be reset.
    /// </summary>
    private void Shed()
    {
        CloseSpare();
        for (var i = 0; i < ShedPerRetry; i++)
        {
            var accepted = SocketCalls.Accept(Descriptor);
            if (accepted.Failed)
                break;
            _ = SocketOptionCalls.LingerZero(accepted.Value);
            SocketCalls.Close(accepted.Value);
            _acceptor.OnShed();
        }
        _spare = DescriptorCalls.OpenSpare() is { Failed: false } opened ? opened.Value : -1;
    }

    private void CloseSpare()
    {
        if (_spare >= 0)
            SocketCalls.Close(_spare);
        _spare = -1;
    }

    private static void Check(IoResult result, SocketEndpoint endpoint, string call, int opened)
    {
        if (!result.Failed)
            return;
        var error = result.Error;
        if (opened >= 0)
            SocketCalls.Close(opened);
        throw new ListenException(endpoint, call, error);
    }

    private sealed class RetryTimer(Listener listener) : LoopTimer
    {
        protected internal override void OnExpired() => listener.Resume();
    }

    private enum Outcome
    {
        Taken,
        Nobody,
        NoRoom,
    }
}
