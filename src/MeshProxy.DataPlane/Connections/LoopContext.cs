using MeshProxy.DataPlane.Drain;
using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Planning;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Access;
using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.DataPlane.Telemetry.Ends;
using MeshProxy.Transport.Kestrel;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Connections;

/// <summary>What the connections of one loop share. Touched by that loop's thread alone, but for the counters, the
/// destinations and the recent ends, which anyone may read.</summary>
internal sealed class LoopContext(
    EventLoop loop, ConnectionPlanner planner, DescriptorBudget budget, ConnectionLog log,
    AccessLog? accessLog, OriginalDestinationReader reader)
{
    private readonly List<Listener> _listeners = [];
    private readonly List<DirectionAcceptor> _acceptors = [];
    private readonly DirectionDrain[] _drains = [new(Direction.Inbound), new(Direction.Outbound)];
    private readonly SweepTimer _sweep = new(loop);
    private Action? _onDrained;

    public EventLoop Loop => loop;

    public ConnectionPlanner Planner => planner;

    public ConnectionLog Log => log;

    /// <summary>Null where nobody takes its lines.</summary>
    public AccessLog? AccessLog => accessLog;

    public OriginalDestinationReader OriginalDestination => reader;

    /// <summary>What the header block read last has said; read before the next one is.</summary>
    public HeaderFields HeaderFields { get; } = new();

    public LearnedDestinations Learned { get; } = new();

    public LoopCounters Counters { get; } = new();

    public DestinationTable Destinations { get; } = new();

    public RecentEnds RecentEnds { get; } = new();

    public DirectionDrain DrainOf(Direction direction) => _drains[(int)direction];

    public IReadOnlyList<Listener> Listeners => _listeners;

    public int Open { get; private set; }

    public void Add(Listener listener, DirectionAcceptor acceptor)
    {
        _listeners.Add(listener);
        _acceptors.Add(acceptor);
    }

    public void Apply(DirectionProfile inbound, DirectionProfile outbound)
    {
        Learned.Clear();
        Destinations.ForgetLearned();
        foreach (var acceptor in _acceptors)
            acceptor.Profile = acceptor.Profile.Direction == Direction.Inbound ? inbound : outbound;
        for (var i = 0; i < _listeners.Count; i++)
            _listeners[i].Retune(_acceptors[i].Profile.Tuning);
    }

    public void OnOpened() => Open++;

    /// <summary>A connection is gone, its descriptors too: it is recorded, accepting may go on, and a drain may be over.</summary>
    /// <param name="destination">Null where nobody knows where it should have gone.</param>
    public void OnClosed(DestinationCounters? destination, in ConnectionEnd end)
    {
        destination?.Ended(end.Reason);
        if (destination is not null)
            Destinations.Return(destination);
        RecentEnds.Add(end, loop.Clock.Milliseconds);
        log.Ended(end);
        Open--;
        budget.Release();
        foreach (var listener in _listeners)
            listener.Resume();
        if (Open == 0)
            _onDrained?.Invoke();
    }

    /// <summary>Clients of this pod are told to go elsewhere, and are served meanwhile.</summary>
    public void Advise()
    {
        DrainOf(Direction.Inbound).Advise();
        _sweep.Begin();
    }

    /// <summary>Inbound stops accepting and ends as it falls idle; outbound goes on.</summary>
    public void FinishInbound(long tcpIdle)
    {
        DrainOf(Direction.Inbound).Finish(tcpIdle);
        Finish(Direction.Inbound);
        _sweep.Begin();
    }

    /// <summary>
    /// Stops accepting; <paramref name="onDrained"/> is called when the last connection has ended, at once where there is none.
    /// </summary>
    public void Drain(long tcpIdle, Action onDrained)
    {
        foreach (var drain in _drains)
            drain.FinishWithoutApp(loop.Clock.Milliseconds, tcpIdle);
        Finish(Direction.Inbound);
        Finish(Direction.Outbound);
        _sweep.Begin();
        _onDrained = onDrained;
        if (Open == 0)
            onDrained();
    }

    /// <summary>Gives up what was bound, before the loop has started.</summary>
    public void CloseListeners()
    {
        foreach (var listener in _listeners)
            listener.Close();
        Forget();
    }

    /// <summary>Resets what is still open.</summary>
    public void AbortAll(CloseReason reason) => loop.ForEachSocket(socket => socket.Owner.Abort(reason));

    private void Finish(Direction direction)
    {
        for (var i = _listeners.Count - 1; i >= 0; i--)
        {
            if (_acceptors[i].Profile.Direction != direction)
                continue;
            _listeners[i].Finish();
            _listeners.RemoveAt(i);
            _acceptors.RemoveAt(i);
        }
    }

    private void Forget()
    {
        _listeners.Clear();
        _acceptors.Clear();
    }
}
