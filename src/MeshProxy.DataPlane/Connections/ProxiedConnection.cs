using System.Globalization;
using MeshProxy.DataPlane.Detection;
using MeshProxy.DataPlane.Drain;
using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Http.Observation;
using MeshProxy.DataPlane.Planning;
using MeshProxy.DataPlane.Settings;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Access;
using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Relay;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Connections;

/// <summary>
/// One connection from accept to end: (1) accepted, (2) planned, (3) dialled, at once, while (4) its protocol is detected, (5) relayed,
/// (6) recorded. The upstream is dialled before a byte has come, so that a server that speaks first is heard at once; its first byte ends
/// detection. Bytes under detection stay in the kernel: a connection that waits holds no buffer, and nothing has to be replayed.
/// </summary>
internal sealed partial class ProxiedConnection : RelayOwner
{
    private readonly LoopContext _context;
    private readonly DirectionProfile _profile;
    private readonly PhaseTimer _timer;
    private readonly long _acceptedAt;
    private LoopSocket _downstream = null!;
    private LoopSocket? _upstream;
    private ConnectionRelay? _relay;
    private HttpObservation? _http;
    private SocketEndpoint _target;
    private DestinationCounters? _destination;
    private long _dialAt = long.MaxValue;
    private long _connectDeadline = long.MaxValue;
    private long _detectionDeadline = long.MaxValue;
    private long _patienceEnds = long.MaxValue;
    private long _requestDeadline;
    private double _connectSeconds;
    private Protocol _protocol;
    private string _detail = "";
    private CloseReason? _failure;
    private Errno _failureError;
    private bool _decided;
    private bool _connected;
    private bool _serverSpoke;
    private bool _refused;
    private bool _ended;

    public ProxiedConnection(LoopContext context, DirectionProfile profile)
    {
        _context = context;
        _profile = profile;
        _timer = new PhaseTimer(this);
        _acceptedAt = context.Loop.Clock.Ticks;
    }

    private DirectionCounters Counters => _context.Counters.Of(_profile.Direction);

    private LoopClock Clock => _context.Loop.Clock;

    private DirectionDrain Drain => _context.DrainOf(_profile.Direction);

    // 1. Accepted: the kernel knows where the connection was meant to go.
    public void Accept(LoopSocket downstream, SocketEndpoint listener)
    {
        _downstream = downstream;
        _context.OnOpened();
        Counters.Opened();
        if (!_context.OriginalDestination(downstream, listener, out _target))
        {
            End(CloseReason.NotRedirected, Errno.None);
            return;
        }
        _destination = _context.Destinations.Take(new DestinationKey(_profile.Direction, _target));
        // 2. Planned.
        var acceptedOn = _target.Port == listener.Port ? downstream.LocalEndpoint : default;
        var plan = _context.Planner.Plan(_profile, _target, acceptedOn, Clock.Milliseconds);
        if (plan.Kind == PlanKind.Refuse)
            End(plan.Refusal, Errno.None);
        else
            Begin(plan);
    }

    protected internal override void OnReady(LoopSocket socket)
    {
        if (ReferenceEquals(socket, _downstream))
            OnDownstreamReady();
        else if (_connected)
            OnUpstreamSpoke();
        else
            OnDialled();
    }

    /// <summary>Before the relay began; after that the sockets are the relay's.</summary>
    protected internal override void Abort(CloseReason reason) => End(reason, Errno.None);

    protected internal override void OnRelaySwept(ConnectionRelay relay) => ConnectionDrain.Sweep(relay, _http, Drain, Clock.Milliseconds);

    /// <summary>
    /// A client that has not said a word is not kept waiting for, nor one whose upstream has not answered yet kept from it.
    /// </summary>
    protected internal override void Sweep()
    {
        if (_terminated is not null)
        {
            SweepTerminated();
            return;
        }
        var waited = Clock.SecondsSince(_acceptedAt) * 1000;
        if (_ended || _decided || !_connected || waited < Drain.TcpIdle || !_downstream.Peek(_context.Loop.Scratch).WouldBlock)
            return;
        _downstream.Close();
        _upstream?.Close();
        Record(CloseReason.Drained, Errno.None);
    }

    // 6. Recorded.
    protected internal override void OnRelayEnded(CloseReason reason) =>
        Record(reason, _failure is not null ? _failureError : IsUpstreamEnd(reason) ? UpstreamError : _downstream.Failure);

    private void Begin(ConnectionPlan plan)
    {
        if (plan.Kind == PlanKind.Deny)
        {
            Fail(CloseReason.EgressDenied, Errno.None, DenialPatienceMilliseconds);
            return;
        }
        if (plan.Kind == PlanKind.Opaque)
            Decide(Protocol.Opaque, DetectionOutcome.OpaquePort);
        else if (_context.Learned.Knows(_target, Clock.Milliseconds))
            Decide(Protocol.Opaque, DetectionOutcome.Learned);
        else
            _detectionDeadline = Clock.Milliseconds + _profile.DetectionTimeout;
        var delay = DialDelay(plan);
        if (!_decided && delay > 0)
        {
            _dialAt = Clock.Milliseconds + delay;
            ArmTimer();
        }
        else
            Dial();
    }

    // 3. Dialled, once.
    private void Dial()
    {
        _dialAt = long.MaxValue;
        _upstream = LoopSocket.Dial(_context.Loop, _target, _profile.Tuning, mark: 0, this, out var error);
        if (_upstream is null)
        {
            Fail(ConnectFailures.ReasonFor(error), error, FailurePatienceMilliseconds);
            return;
        }
        if (_profile.ConnectTimeout > 0)
            _connectDeadline = Clock.Milliseconds + _profile.ConnectTimeout;
        ArmTimer();
    }

    private void OnDialled()
    {
        var upstream = _upstream!;
        if (upstream.Has(Readiness.Failed) && upstream.TakeFailure() is var error and not Errno.None)
        {
            Fail(ConnectFailures.ReasonFor(error), error, FailurePatienceMilliseconds);
            return;
        }
        if (!upstream.Has(Readiness.Writable))
            return;
        _connected = true;
        _connectDeadline = long.MaxValue;
        Counters.Connected(_connectSeconds = Clock.SecondsSince(_acceptedAt));
        if (_decided)
            Relay();
        else if (upstream.Has(Readiness.Readable))
            OnUpstreamSpoke();
        else
            ArmTimer();
    }

    private void OnDownstreamReady()
    {
        if (_downstream.Has(Readiness.Failed) && _downstream.TakeFailure() is var error and not Errno.None)
            End(CloseReason.DownstreamReset, error);
        else if (!_decided && _downstream.Has(Readiness.Readable))
            Detect();
        else if (_failure is not null && _decided)
            Refuse();
    }

    // 4. Detected, by whoever speaks first.
    private void Detect()
    {
        var seen = _downstream.Peek(_context.Loop.Scratch);
        if (seen.WouldBlock)
            return;
        if (seen.Failed)
            End(CloseReason.DownstreamReset, seen.Error);
        else
            Decide(ProtocolDetector.Detect(_context.Loop.Scratch.Span[..seen.Value]), _context.Loop.Scratch.Span[..seen.Value]);
    }

    private void Decide(DetectionResult result, ReadOnlySpan<byte> bytes)
    {
        switch (result)
        {
            case DetectionResult.Http1:
                Decide(Protocol.Http1, DetectionOutcome.Http1);
                break;
            case DetectionResult.Http2:
                Decide(Protocol.Http2, DetectionOutcome.Http2);
                break;
            case DetectionResult.Tls:
                _detail = ConnectionDetail.OfTls(bytes);
                Decide(Protocol.Tls, DetectionOutcome.Tls);
                break;
            case DetectionResult.NotHttp:
                _detail = ConnectionDetail.OfOpaque(bytes);
                Decide(Protocol.Opaque, DetectionOutcome.NotHttp);
                break;
            case DetectionResult.NeedMore when _downstream.Has(Readiness.ReadEnded):
                Decide(Protocol.Opaque, DetectionOutcome.Eof);
                break;
            case DetectionResult.NeedMore when _firstByteAt == 0:
                OnFirstByte();
                break;
        }
    }

    private void OnUpstreamSpoke()
    {
        // The client may have spoken in the same turn: its bytes say more.
        if (!_decided && _downstream.Has(Readiness.Readable))
            Detect();
        if (_decided || _ended)
            return;
        var seen = _upstream!.Peek(_context.Loop.Scratch);
        // An HTTP/2 server may send its SETTINGS before the client's preface, which is on its way in any case (RFC 9113 §3.4).
        if (seen.WouldBlock || seen.Value > 0 && Http2Greeting.Matches(_context.Loop.Scratch.Span[..seen.Value]))
            return;
        // A server that ends at once has said nothing about its protocol.
        _serverSpoke = seen.Value > 0;
        Decide(Protocol.Opaque, DetectionOutcome.ServerFirst);
    }

    private void Decide(Protocol protocol, DetectionOutcome outcome)
    {
        _decided = true;
        _protocol = protocol;
        _detectionDeadline = long.MaxValue;
        Counters.Detected(outcome, Clock.SecondsSince(_acceptedAt));
        _destination!.Decided(protocol, outcome);
        // A destination that speaks HTTP stays observed: else a client that connects and is silent could blind
        // the sidecar for the next ones.
        var isOpaque = outcome == DetectionOutcome.Timeout || outcome == DetectionOutcome.ServerFirst && _serverSpoke;
        if (isOpaque && !_destination.HasSpokenHttp)
            Learn(outcome);
        if (_isRouted && protocol is (Protocol.Http1 or Protocol.Http2) && TryHandOver())
            return;
        if (_failure is not null)
            Refuse();
        else if (_connected)
            Relay();
        else if (_dialAt != long.MaxValue)
            Dial();
    }

    /// <summary>The advice to mark the port is given once per destination, for as long as it is remembered.</summary>
    private void Learn(DetectionOutcome outcome)
    {
        var isNews = _profile.RememberFor == 0 || _context.Learned.Learn(_target, Clock.Milliseconds, _profile.RememberFor);
        if (isNews && _profile.RememberFor > 0)
            _destination!.Learned(Clock.Milliseconds + _profile.RememberFor);
        if (isNews && outcome == DetectionOutcome.Timeout)
            _context.Log.DetectionTimedOut(_profile.Direction, _target);
    }

    // 5. Relayed, or handed over.
    private void Relay()
    {
        _context.Loop.Timers.Disarm(_timer);
        var counters = Counters;
        _destination!.Connected(_protocol, _connectSeconds);
        _relay = new ConnectionRelay(
            _context.Loop, _downstream, _upstream!, _profile.Limits,
            counters.Sent(_protocol), counters.Received(_protocol), Inspection(), this);
        _relay.Start();
    }

    private HttpObservation? Inspection() => _http = _protocol switch
    {
        Protocol.Http1 => Http1Inspection(),
        Protocol.Http2 => Http2Inspection(),
        _ => null,
    };

    private Http1Observation Http1Inspection() =>
        new(_profile, Counters.Http, _destination!, Clock, _target, _context.HeaderFields, Drain, _firstByteAt) { Access = Access() };

    private Http2Observation Http2Inspection() =>
        new(_profile, Counters.Http, _destination!, Clock, _target, _context.HeaderFields, Drain, _firstByteAt) { Access = Access() };

    private AccessTrail? Access() => _profile.AccessLog == AccessLogFormat.Off || _context.AccessLog is not { } log
        ? null
        : new AccessTrail(log, _profile.AccessLog, new AccessConnection(_profile.Direction, _downstream.PeerEndpoint, _target));

    private void ArmTimer()
    {
        var next = Math.Min(Math.Min(_dialAt, _patienceEnds), Math.Min(_connectDeadline, _detectionDeadline));
        if (next == long.MaxValue)
            _context.Loop.Timers.Disarm(_timer);
        else
            _context.Loop.Timers.Arm(_timer, next);
    }

    private void OnTimer()
    {
        var now = Clock.Milliseconds;
        if (now >= _connectDeadline)
        {
            Fail(CloseReason.ConnectTimeout, Errno.ETIMEDOUT, FailurePatienceMilliseconds);
            return;
        }
        if (now >= _patienceEnds)
        {
            Refuse();
            return;
        }
        if (now >= _detectionDeadline)
            OnDetectionDeadline();
        if (now >= _dialAt)
            Dial();
        if (_relay is null && _terminated is null && !_ended)
            ArmTimer();
    }

    /// <summary>
    /// Ends a connection that was never relayed: a reset, so that the client does not take it for a server that had nothing to say.
    /// </summary>
    private void End(CloseReason reason, Errno error)
    {
        if (_ended)
            return;
        _downstream.CloseWithReset();
        _upstream?.CloseWithReset();
        Record(reason, error);
    }

    private void Record(CloseReason reason, Errno error)
    {
        _ended = true;
        _context.Loop.Timers.Disarm(_timer);
        var seconds = Clock.SecondsSince(_acceptedAt);
        Counters.Closed(_protocol, reason, seconds);
        _context.OnClosed(_destination, new ConnectionEnd(
            _profile.Direction, Phase(), _protocol, _target, _detail, reason, error, BytesSent, BytesReceived, seconds));
    }

    private ConnectionPhase Phase()
    {
        if (_relay is not null || _terminated is not null)
            return ConnectionPhase.Relay;
        if (_upstream is null && _dialAt == long.MaxValue && _failure is null or CloseReason.EgressDenied)
            return ConnectionPhase.Plan;
        return _failure is not null || _decided ? ConnectionPhase.Connect : ConnectionPhase.Detection;
    }

    private static bool IsUpstreamEnd(CloseReason reason) => reason is CloseReason.UpstreamReset or CloseReason.UpstreamVanished;

    private sealed class PhaseTimer(ProxiedConnection connection) : LoopTimer
    {
        protected internal override void OnExpired() => connection.OnTimer();

        /// <summary>The socket's owner knows how far the connection has come.</summary>
        protected internal override void OnFault() => connection._downstream.Owner.Abort(CloseReason.InternalError);
    }
}
