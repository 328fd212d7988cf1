using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;

namespace MeshProxy.Transport.Sockets;

/// <summary>
/// One SO_REUSEPORT socket of one loop; the kernel spreads connections over the loops' listeners by hash. When descriptors run out, it
/// stops asking epoll (no spinning), leaves newcomers in the backlog, and tries again every 50 ms or when a connection of its loop ends;
/// after a second of that it resets those who have waited longest, which the backlog hands out first.
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
    private long _pausedSince;

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
        _loop.Timers.Disarm(_retry);
        _loop.Modify(this, PollEvents.In);
        _acceptor.OnPaused(false);
    }

    /// <summary>Takes what has connected already, which closing would reset, and listens no more.</summary>
    public void Finish()
    {
        if (Descriptor >= 0 && !IsPaused)
            OnReady(PollEvents.In);
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
            if (!_budget.TryTake())
            {
                Pause();
                return;
            }
            var accepted = SocketCalls.Accept(Descriptor);
            if (accepted.Failed)
            {
                _budget.Release();
                if (!IsPassing(accepted.Error))
                    Pause();
                if (accepted.Error != Errno.ECONNABORTED)
                    return;
            }
            else
                HandOver(accepted.Value);
        }
    }

    internal override void OnFault() { }

    private void HandOver(int descriptor)
    {
        _pausedSince = 0;
        var owner = _acceptor.NewOwner();
        if (LoopSocket.Adopt(_loop, descriptor, owner) is { } socket)
            _acceptor.OnAccepted(socket, owner);
        else
        {
            _budget.Release();
            _acceptor.OnShed();
        }
    }

    /// <summary>
    /// EAGAIN: somebody else took it. ECONNABORTED and the network errors of accept(2): that one connection is gone, others are not.
    /// </summary>
    private static bool IsPassing(Errno error) => error is Errno.EAGAIN or Errno.ECONNABORTED or Errno.EINTR or Errno.EPROTO
        or Errno.ENETDOWN or Errno.ENOPROTOOPT or Errno.EHOSTDOWN or Errno.EHOSTUNREACH or Errno.EOPNOTSUPP or Errno.ENETUNREACH;

    private void Pause()
    {
        if (!IsPaused)
        {
            IsPaused = true;
            _loop.Modify(this, PollEvents.None);
            _acceptor.OnPaused(true);
        }
        if (_pausedSince == 0)
            _pausedSince = _loop.Clock.Milliseconds;
        _loop.Timers.Arm(_retry, _loop.Clock.Milliseconds + RetryMilliseconds);
    }

    private void Retry()
    {
        if (_loop.Clock.Milliseconds - _pausedSince >= ShedAfterMilliseconds)
            Shed();
        Resume();
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
        protected internal override void OnExpired() => listener.Retry();
    }
}
