using MeshProxy.DataPlane.Drain;
using MeshProxy.DataPlane.Planning;
using MeshProxy.Transport.Kestrel;
using MeshProxy.Transport.Linux;

namespace MeshProxy.DataPlane.Connections;

/// <summary>Where a route covers the destination, HTTP is not relayed but handed over to Kestrel.</summary>
internal sealed partial class ProxiedConnection
{
    /// <summary>
    /// Whoever wrote a route says that the destination speaks HTTP, where the client speaks first: it has so long before the original
    /// destination, which is not needed then, is dialled. A server that speaks first there is heard so much later.
    /// </summary>
    private const int RoutedDialDelayMilliseconds = 100;

    private TerminatedConnection? _terminated;
    private bool _isRouted;
    private bool _askedToClose;

    private long BytesSent => _relay?.BytesSent ?? _terminated?.BytesSent ?? 0;

    private long BytesReceived => _relay?.BytesReceived ?? _terminated?.BytesReceived ?? 0;

    /// <summary>A backend's failures are the HTTP client's; only a relayed upstream has one of its own.</summary>
    private Errno UpstreamError => _upstream?.Failure ?? Errno.None;

    private long DialDelay(in ConnectionPlan plan)
    {
        _isRouted = plan.Kind == PlanKind.Route;
        return _isRouted ? Math.Max(RoutedDialDelayMilliseconds, _profile.DialDelay) : _profile.DialDelay;
    }

    /// <summary>
    /// HTTP/1 is told by the head of its next answer, HTTP/2 at once; when nothing is accepted any more both end as they fall idle.
    /// </summary>
    private void SweepTerminated()
    {
        if (_askedToClose || !Drain.Advises || Drain.Stage < DrainStage.Finish && _protocol == Protocol.Http1)
            return;
        _askedToClose = true;
        _terminated!.RequestClose();
    }

    /// <summary>In place of the relay. False where Kestrel takes no connections any more.</summary>
    private bool TryHandOver()
    {
        var counters = Counters;
        _terminated = new TerminatedConnection(
            _context.Loop, _downstream, _profile.Tuning.UserTimeoutMilliseconds,
            counters.Sent(_protocol), counters.Received(_protocol), this);
        if (!_profile.Routing!.TryTake(_terminated, _protocol, _target))
        {
            _terminated = null;
            return false;
        }
        _context.Loop.Timers.Disarm(_timer);
        _upstream?.CloseWithReset();
        return true;
    }
}
