using System.Globalization;
using MeshProxy.DataPlane.Drain;
using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Planning;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Access;
using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Relay;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>
/// Follows the requests and responses of one relayed HTTP/1 connection: counts and times them, refuses ambiguous framing before a byte of
/// it passes, and has an answer for the client when the upstream leaves a request without one.
/// Nothing that passes is changed, until a drain says so.
/// </summary>
/// <remarks>
/// An upstream that ends a connection on which it has answered before, with a request in flight and no byte of an answer, is most likely
/// closing an idle connection just as the client used it again. That end goes to the client as it came, because clients repeat such
/// requests by themselves where that is safe (RFC 9112 §9.3.1); only the first request of a connection is answered with 502.
/// A connection that the server switches to HTTP/2 (h2c) is followed as such from there: no tunnel that nobody looks into.
/// </remarks>
internal sealed partial class Http1Observation : HttpObservation
{
    /// <summary>A head and what follows it must fit into the block that a flow reads into.</summary>
    private static readonly Http1Limits Limits = Http1Limits.Default with { HeadBytes = 60 * 1024 };

    private readonly DirectionProfile _profile;
    private readonly HeaderFields _fields;
    private readonly Http1Observer _observer;
    private HttpDeadlines _deadlines;
    private readonly HttpCounters _counters;
    private readonly DestinationCounters _destination;
    private readonly LoopClock _clock;
    private readonly SocketEndpoint _target;
    private readonly DirectionDrain _drain;
    private FramingError _refusal;
    private bool _hasPartialHead;
    private bool _answeredBefore;
    private bool _gaveUp;
    private bool _clientEnded;
    private bool _serverEnded;

    /// <param name="firstByteAt">Milliseconds of the loop's clock, where the client's first byte came earlier than now; else 0.</param>
    public Http1Observation(
        DirectionProfile profile,
        HttpCounters counters,
        DestinationCounters destination,
        LoopClock clock,
        SocketEndpoint target,
        HeaderFields fields,
        DirectionDrain drain,
        long firstByteAt)
    {
        (_profile, _fields) = (profile, fields);
        _observer = new Http1Observer(Limits, profile.Settings.Http.Framing);
        _deadlines = new HttpDeadlines(profile.Http, clock);
        (_counters, _destination, _clock, _target, _drain) = (counters, destination, clock, target, drain);
        Deadline = _deadlines.Next(partialHead: false, inFlight: 0, oldestStarted: null);
        _deadlines.HeadBegan(firstByteAt);
    }

    /// <summary>Null where no access log is written.</summary>
    public AccessTrail? Access { get; init; }

    public override bool IsIdle => _http2?.IsIdle ?? _observer.IsIdle;

    public override bool IsDone => _http2?.IsDone ?? _observer is { SaidClose: true, InFlight: 0, IsOpaque: false };

    public override bool IsMultiplexed => _http2 is not null;

    private long? OldestStarted => _observer.InFlight > 0 ? _observer.Oldest.StartedAt : null;

    public override long Unseen(FlowDirection direction)
    {
        if (_http2 is not null)
            return _http2.Unseen(direction);
        return direction == FlowDirection.ToUpstream ? _observer.OpaqueRequestBytes : _observer.OpaqueResponseBytes;
    }

    /// <summary>A message whose last byte went by unseen ends here: nothing may follow that would show it, or FIN.</summary>
    public override void PassUnseen(FlowDirection direction, int count)
    {
        if (_http2 is not null)
        {
            _http2.PassUnseen(direction, count);
            FollowHttp2();
            return;
        }
        if (direction == FlowDirection.ToUpstream)
            _observer.PassRequestBytes(count);
        else
            _observer.PassResponseBytes(count);
        if (Unseen(direction) == 0)
            Inspect(direction, default);
        else
            SetDeadline();
    }

    public override bool IsHeld(FlowDirection direction) =>
        _http2?.IsHeld(direction) ?? direction == FlowDirection.ToUpstream && _observer.HoldsRequests;

    public override byte[]? TakeWords(FlowDirection direction) => _http2?.TakeWords(direction);

    public override Inspection Inspect(FlowDirection direction, ReadOnlySpan<byte> arrived)
    {
        if (_http2 is not null)
            return InspectHttp2(direction, arrived, passed: 0);
        _observer.IsClosing |= _drain.Advises;
        var inspection = direction == FlowDirection.ToUpstream ? InspectRequests(arrived) : InspectResponses(arrived);
        if (_http2 is not null)
            return inspection;
        if (_refusal != FramingError.None && _observer.InFlight == 0)
            Refuse();
        // What is held waits for the server, and is nobody's delay.
        if (direction == FlowDirection.ToUpstream)
            _hasPartialHead = inspection.Verdict == InspectionVerdict.ReadOn && inspection.Passes < arrived.Length;
        SetDeadline();
        return inspection;
    }

    public override InspectionVerdict OnSourceEnded(FlowDirection direction, bool keeps)
    {
        if (_http2 is not null)
        {
            var ended = _http2.OnSourceEnded(direction, keeps);
            FollowHttp2();
            return ended;
        }
        if (direction == FlowDirection.ToUpstream)
        {
            _clientEnded = true;
            _observer.EndOfRequests(keeps);
            return InspectionVerdict.ReadOn;
        }
        _serverEnded = true;
        var verdict = OnServerEnded(keeps);
        return _refusal != FramingError.None && verdict == InspectionVerdict.ReadOn ? EndRefused() : verdict;
    }

    public override void OnUpstreamFailed(CloseReason reason)
    {
        if (_http2 is not null)
        {
            _http2.OnUpstreamFailed(reason);
            FollowHttp2();
        }
        else if (_observer is { InFlight: > 0, IsAnswering: false } && !_answeredBefore)
            Tell(502, reason, reason == CloseReason.UpstreamVanished ? "gone" : "reset");
    }

    public override bool EndsForSilence => _http2?.EndsForSilence
        ?? _deadlines.Expired() is CloseReason.StreamIdleTimeout or CloseReason.KeepAliveTimeout;

    public override void OnMoved(long at)
    {
        if (_http2 is null)
        {
            Deadline = _deadlines.SilentSince(at, _observer.InFlight, OldestStarted);
            return;
        }
        _http2.OnMoved(at);
        FollowHttp2();
    }

    public override CloseReason? OnDeadline()
    {
        if (_http2 is not null)
        {
            var expired = _http2.OnDeadline();
            FollowHttp2();
            return expired;
        }
        var reason = _deadlines.Expired();
        if (reason is null)
        {
            Deadline = _deadlines.Current;
            return null;
        }
        if (reason == CloseReason.RequestHeadTimeout && _observer.InFlight == 0)
            Tell(408, reason.Value, "head took too long", phase: "request");
        else if (reason is CloseReason.RequestTimeout or CloseReason.StreamIdleTimeout && !_observer.IsAnswering)
            Tell(504, reason.Value, "no response in time");
        return Answer is null ? reason : null;
    }

    public override void OnEnded()
    {
        if (_http2 is not null)
        {
            _http2.OnEnded();
            return;
        }
        if (HasSwitched)
        {
            var isWhole = _clientEnded && _serverEnded;
            Access?.Ended(
                _observer.Oldest, _clock.SecondsSince(_observer.Oldest.StartedAt), isWhole ? AccessTrail.Completed : AccessTrail.CutOff);
            return;
        }
        for (; _observer.InFlight > 0; _observer.Abandon())
            CountEnd(_observer.Oldest, Answer is not null && _observer.Oldest.Status != 0 ? AccessTrail.Refused : AccessTrail.CutOff);
    }

    private InspectionVerdict OnServerEnded(bool keeps)
    {
        var end = _observer.EndOfResponses(keeps);
        if (end.Kind == Http1StepKind.End)
            CountFinished();
        if (end.Kind is Http1StepKind.End or Http1StepKind.Opaque)
            return InspectionVerdict.ReadOn;
        var cutOff = end.Kind is Http1StepKind.Refused or Http1StepKind.Broken;
        if (cutOff || _observer.InFlight > 0)
            return EndWithoutResponse(cutOff ? CloseReason.ResponseRefused : CloseReason.UpstreamReset, cutOff);
        return InspectionVerdict.ReadOn;
    }

    /// <summary>
    /// A refused request waited behind a response that ends with its connection: nothing of ours may follow, or it would be taken for a
    /// part of that response, and the client's side is read no more. So the end is all that goes on.
    /// </summary>
    private InspectionVerdict EndRefused()
    {
        CountUnread(_refusal.RequestStatus());
        AnswerReason = CloseReason.RequestRefused;
        Answer = [];
        return InspectionVerdict.Refuse;
    }

    private bool HasSwitched => _observer is { IsOpaque: true, InFlight: > 0 };

    private Inspection InspectRequests(ReadOnlySpan<byte> arrived)
    {
        var passes = 0;
        while (true)
        {
            var step = _observer.NextRequest(arrived[passes..]);
            passes += step.Bytes;
            switch (step.Kind)
            {
                case Http1StepKind.Head:
                    _observer.Newest.StartedAt = _clock.Ticks;
                    _deadlines.HeadPassed();
                    _counters.Began();
                    Access?.Began(_observer.RequestHead(arrived[(passes - step.Bytes)..]));
                    break;
                case Http1StepKind.Body or Http1StepKind.End:
                    break;
                case Http1StepKind.Refused:
                    _refusal = step.Error;
                    return new Inspection(passes, InspectionVerdict.Refuse);
                default:
                    return Stop(step, passes, CloseReason.RequestRefused);
            }
        }
    }

    private Inspection InspectResponses(ReadOnlySpan<byte> arrived)
    {
        var passes = 0;
        while (true)
        {
            var step = _observer.NextResponse(arrived[passes..]);
            passes += step.Bytes;
            switch (step.Kind)
            {
                case Http1StepKind.Head:
                    if (_observer.IsAnswering)
                        _observer.Oldest.AnsweredAt = _clock.Ticks;
                    if (_observer.IsHttp2)
                    {
                        BeginHttp2();
                        return InspectHttp2(FlowDirection.ToDownstream, arrived[passes..], passes);
                    }
                    if (_observer.IsOpaque)
                        CountSwitch();
                    if (_observer.IsLastResponse && SayClose(arrived[(passes - step.Bytes)..passes]) is { } head)
                        return new Inspection(passes - step.Bytes, InspectionVerdict.ReadOn, step.Bytes, head);
                    break;
                case Http1StepKind.Body:
                    break;
                case Http1StepKind.End:
                    CountFinished();
                    break;
                case Http1StepKind.Refused when !_observer.IsAnswering:
                    return new Inspection(passes, EndWithoutResponse(CloseReason.ResponseRefused, isCertain: true, step.Error));
                default:
                    return Stop(step, passes, CloseReason.ResponseRefused);
            }
        }
    }

    /// <summary>The head in other words, or null where it says close already.</summary>
    private byte[]? SayClose(ReadOnlySpan<byte> head)
    {
        _observer.SaidClose = true;
        return _observer.Response.Closes ? null : ClosingHead.Write(head);
    }

    /// <summary>What is the same in both directions: wait, hold, pass everything, or give up.</summary>
    private Inspection Stop(Http1Step step, int passes, CloseReason reason)
    {
        switch (step.Kind)
        {
            case Http1StepKind.Opaque:
                GiveUp(step.Error);
                return new Inspection(passes, InspectionVerdict.ReadOn);
            case Http1StepKind.Hold:
                return new Inspection(passes, InspectionVerdict.Hold);
            case Http1StepKind.Refused or Http1StepKind.Broken:
                AnswerReason = reason;
                return new Inspection(passes, InspectionVerdict.Abort);
            default:
                return new Inspection(passes, InspectionVerdict.ReadOn);
        }
    }

    /// <param name="isCertain">
    /// The upstream did answer, but not what may be passed on: no client would repeat the request by itself.
    /// </param>
    private InspectionVerdict EndWithoutResponse(CloseReason reason, bool isCertain, FramingError error = FramingError.TruncatedHead)
    {
        AnswerReason = reason;
        if (_observer.IsAnswering)
            return InspectionVerdict.Abort;
        if (!isCertain && _answeredBefore)
            return InspectionVerdict.ReadOn;
        Tell(502, reason, isCertain ? $"bad response, {error.Name()}" : "closed without a response");
        return InspectionVerdict.Refuse;
    }

    private void Refuse()
    {
        var status = _refusal.RequestStatus();
        CountUnread(status);
        AnswerReason = CloseReason.RequestRefused;
        Answer = ErrorAnswers.Http1(status, Words("request", _refusal.Name()));
    }

    private void Tell(int status, CloseReason reason, string cause, string phase = "response")
    {
        AnswerReason = reason;
        Answer = ErrorAnswers.Http1(status, Words(phase, cause));
        if (_observer.InFlight > 0)
            _observer.Oldest.Status = (ushort)status;
        else
            CountUnread(status);
    }

    private string Words(string phase, string cause) => string.Create(CultureInfo.InvariantCulture, $"{phase}, {_target}, {cause}");

    private void CountUnread(int status)
    {
        _counters.Refused(RequestMethod.Other, status);
        Access?.AnsweredUnread(status);
    }

    private void CountFinished()
    {
        _answeredBefore = true;
        CountEnd(_observer.Finished, AccessTrail.Completed);
    }

    /// <summary>The request's time ends with the switch: what follows is a session, however long, and no response.</summary>
    private void CountSwitch() => CountTimes(_observer.Oldest);

    private void CountEnd(in Exchange exchange, string word)
    {
        var seconds = CountTimes(exchange);
        Access?.Ended(exchange, seconds, word);
    }

    private double CountTimes(in Exchange exchange)
    {
        var seconds = _clock.SecondsSince(exchange.StartedAt);
        _counters.Ended(exchange.Method, exchange.Status, seconds);
        _destination.RequestEnded(exchange.Status, seconds);
        return seconds;
    }

    /// <summary>Of the requests in flight nothing more will be known.</summary>
    private void GiveUp(FramingError error)
    {
        if (error == FramingError.None || _gaveUp)
            return;
        _gaveUp = true;
        _counters.GaveUp();
        for (; _observer.InFlight > 0; _observer.Abandon())
            CountEnd(_observer.Oldest, AccessTrail.Unobserved);
    }

    /// <summary>What has no messages any more has none of their timeouts either; tcp.idleTimeout remains.</summary>
    private void SetDeadline() =>
        Deadline = _observer.IsOpaque ? long.MaxValue : _deadlines.Next(_hasPartialHead, _observer.InFlight, OldestStarted);
}
