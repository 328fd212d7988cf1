using System.Globalization;
using MeshProxy.DataPlane.Drain;
using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.DataPlane.Planning;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Access;
using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Relay;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>
/// Follows the streams of one relayed HTTP/2 connection: counts and times them, and ends floods and what no peer could decode with GOAWAY,
/// before it reaches the other side. Frames that pass are not changed, and none is added between them, until a drain has something to say.
/// Streams that the upstream leaves without an answer get one (<see cref="Http2LastWords"/>).
/// </summary>
/// <remarks>
/// A GOAWAY of ours can only stand between two frames of the server. Where the server is in the middle of one, the client is reset instead.
/// Streams whose time is over are ended by themselves (<see cref="Http2Cancellation"/>).
/// </remarks>
internal sealed class Http2Observation : HttpObservation
{
    /// <summary>A whole header block, and the frame around it, must fit into the block that a flow reads into.</summary>
    private static readonly Http2Limits Limits = Http2Limits.Default with { HeaderBlockBytes = 60 * 1024 };

    private readonly Http2Observer _observer;
    private readonly HttpCounters _counters;
    private readonly DestinationCounters _destination;
    private readonly LoopClock _clock;
    private readonly HeaderFields _fields;
    private readonly Http2Farewell _farewell;
    private readonly Http2Cancellation? _cancellation;
    private HttpDeadlines _deadlines;
    private readonly SocketEndpoint _target;
    private bool _hasPartialHead;
    private bool _gaveUp;

    /// <param name="firstByteAt">Milliseconds of the loop's clock, where the client's first byte came earlier than now; else 0.</param>
    public Http2Observation(
        DirectionProfile profile,
        HttpCounters counters,
        DestinationCounters destination,
        LoopClock clock,
        SocketEndpoint target,
        HeaderFields fields,
        DirectionDrain drain,
        long firstByteAt)
    {
        _observer = new Http2Observer(Limits, profile.Settings.Http.Framing, fields);
        _deadlines = new HttpDeadlines(profile.Http, clock);
        _farewell = new Http2Farewell(_observer, drain);
        _cancellation = profile.Http.Request > 0 ? new Http2Cancellation(_observer, clock, profile.Http.Request) : null;
        (_counters, _destination, _clock, _target, _fields) = (counters, destination, clock, target, fields);
        SetDeadline();
        _deadlines.HeadBegan(firstByteAt);
    }

    /// <summary>Null where no access log is written.</summary>
    public AccessTrail? Access { get; init; }

    public override bool IsIdle => IsBetweenStreams && !_farewell.AwaitsAnswer;

    public override bool IsDone => IsBetweenStreams && _farewell.IsComplete;

    public override bool IsMultiplexed => true;

    private bool IsBetweenStreams => _observer is { InFlight: 0, UnobservedStreams: 0, IsServerAtFrameBoundary: true, IsOpaque: false };

    /// <summary>Goes on where an HTTP/1 connection was switched.</summary>
    public void BeginUpgraded(in Exchange exchange)
    {
        _observer.BeginUpgraded(exchange.Method, exchange.RequestBytes, exchange.ResponseBytes);
        _observer.Stream(1).StartedAt = exchange.StartedAt;
        _cancellation?.OnRequest();
        SetDeadline();
    }

    public override long Unseen(FlowDirection direction) =>
        direction == FlowDirection.ToUpstream ? _observer.OpaqueClientBytes : _observer.OpaqueServerBytes;

    /// <summary>A stream whose last payload went by unseen has ended now, and not with the next frame.</summary>
    public override void PassUnseen(FlowDirection direction, int count)
    {
        if (direction == FlowDirection.ToUpstream)
            _observer.PassClientBytes(count);
        else
            _observer.PassServerBytes(count);
        Observe(direction, default, mayInsert: false);
    }

    public override bool IsHeld(FlowDirection direction) => direction == FlowDirection.ToUpstream && _observer.RefusedStream != 0;

    public override byte[]? TakeWords(FlowDirection direction) =>
        direction == FlowDirection.ToDownstream ? WordsForClient() : _cancellation?.Next();

    public override Inspection Inspect(FlowDirection direction, ReadOnlySpan<byte> arrived) => Observe(direction, arrived, mayInsert: true);

    public override InspectionVerdict OnSourceEnded(FlowDirection direction, bool keeps) =>
        direction == FlowDirection.ToDownstream && TryAnswerForUpstream(502, CloseReason.UpstreamReset, "closed without a response")
            ? InspectionVerdict.Refuse
            : InspectionVerdict.ReadOn;

    public override void OnUpstreamFailed(CloseReason reason) =>
        TryAnswerForUpstream(502, reason, reason == CloseReason.UpstreamVanished ? "gone" : "reset");

    public override bool EndsForSilence => _cancellation is not { IsUnderWay: true }
        && _deadlines.Expired() is CloseReason.StreamIdleTimeout or CloseReason.KeepAliveTimeout;

    public override void OnMoved(long at) =>
        Deadline = NoLaterThanOwed(_deadlines.SilentSince(at, _observer.InFlight, _cancellation?.OldestStarted));

    public override CloseReason? OnDeadline()
    {
        if (_cancellation is { IsUnderWay: true, IsOverdue: false })
        {
            Deadline = NoLaterThanOwed(_cancellation.Deadline);
            return null;
        }
        var reason = _cancellation is { IsUnderWay: true } ? CloseReason.RequestTimeout : _deadlines.Expired();
        if (reason is null)
            Deadline = NoLaterThanOwed(_deadlines.Current);
        else if (reason == CloseReason.RequestTimeout)
            return OnRequestTimeout();
        else if (reason == CloseReason.StreamIdleTimeout)
            TryAnswerForUpstream(504, reason.Value, "no response in time");
        else if (_observer.IsServerAtFrameBoundary)
        {
            AnswerReason = reason.Value;
            var code = reason == CloseReason.KeepAliveTimeout ? Http2ErrorCode.NoError : Http2ErrorCode.EnhanceYourCalm;
            Answer = ErrorAnswers.GoAway(_observer.LastStreamId, code, Labels.Of(reason.Value));
        }
        return Answer is null ? reason : null;
    }

    public override void OnEnded()
    {
        if (_observer.TryTakeUntoldEnd(out var ended))
            CountEnd(ended);
        while (_observer.TryTakeOpenStream(out var stream))
            CountEnd(stream);
        _observer.Close();
    }

    /// <summary>The time of one stream at least is over, or a cancellation has led to nothing.</summary>
    private CloseReason? OnRequestTimeout()
    {
        if (_cancellation!.IsUnderWay)
            return TryAnswerForUpstream(504, CloseReason.RequestTimeout, "no response in time") ? null : CloseReason.RequestTimeout;
        Deadline = _cancellation.TryBegin()
            ? _cancellation.Deadline
            : NoLaterThanOwed(_deadlines.Next(_hasPartialHead, _observer.InFlight, _cancellation.OldestStarted));
        return null;
    }

    private byte[] FinishCancellation()
    {
        var ended = new List<Http2Stream>();
        var words = _cancellation!.Finish(string.Create(CultureInfo.InvariantCulture, $"response, {_target}, no response in time"), ended);
        foreach (var stream in ended)
        {
            CountEnd(stream);
            _counters.StreamTimedOut();
        }
        return words;
    }

    private byte[]? WordsForClient()
    {
        if (_farewell.Next() is { } words)
            return words;
        if (_observer.OwedWindow == 0 || !_observer.CanSpeakToClient)
            return null;
        Span<byte> update = stackalloc byte[32];
        var length = Http2Frames.WriteWindowUpdate(update, _observer.OwedWindow);
        _observer.OwedWindow = 0;
        return update[..length].ToArray();
    }

    /// <param name="mayInsert">Whether words of ours that the result has are put in.</param>
    private Inspection Observe(FlowDirection direction, ReadOnlySpan<byte> arrived, bool mayInsert)
    {
        var fromClient = direction == FlowDirection.ToUpstream;
        var passes = 0;
        // Nothing that is seen in this direction makes words due in it.
        var isDue = fromClient ? _cancellation is { IsDue: true } : _farewell.IsDue || _observer.OwedWindow > 0;
        if (fromClient)
            _observer.StopsAtClientFrame = isDue;
        else
        {
            _observer.StopsAtServerFrame = isDue;
            _cancellation?.OnServerHeard();
        }
        while (true)
        {
            if (isDue && mayInsert && (fromClient ? _cancellation?.Next() : WordsForClient()) is { } words)
                return new Inspection(passes, InspectionVerdict.ReadOn, 0, words);
            var rest = arrived[passes..];
            var step = fromClient
                ? _observer.NextFromClient(rest, _clock.Milliseconds)
                : _observer.NextFromServer(rest, _clock.Milliseconds);
            passes += step.Bytes;
            switch (step.Kind)
            {
                case Http2StepKind.RequestHead:
                    _observer.Stream(step.StreamId).StartedAt = _clock.Ticks;
                    _deadlines.HeadPassed();
                    _counters.Began();
                    _cancellation?.OnRequest();
                    Access?.Began(step.StreamId, _fields);
                    break;
                case Http2StepKind.StreamEnd:
                    CountEnd(_observer.Finished);
                    break;
                case Http2StepKind.OwnFrameAnswered when fromClient:
                    return new Inspection(passes - Http2Frames.PingLength, InspectionVerdict.ReadOn, Http2Frames.PingLength, []);
                case Http2StepKind.OwnFrameAnswered:
                    return new Inspection(passes - FrameHeader.Size, InspectionVerdict.ReadOn, FrameHeader.Size, FinishCancellation());
                case Http2StepKind.Dropped:
                    return new Inspection(passes - step.Bytes, InspectionVerdict.ReadOn, step.Bytes, []);
                case Http2StepKind.Pass or Http2StepKind.ResponseHead:
                    break;
                case Http2StepKind.Refused:
                    return new Inspection(passes, Refuse(step.Error, fromClient));
                default:
                    if (step.Kind == Http2StepKind.Opaque)
                        GiveUp();
                    if (fromClient)
                        LookForPartialHead(passes, arrived.Length);
                    SetDeadline();
                    return new Inspection(
                        passes, fromClient && _observer.RefusedStream != 0 ? InspectionVerdict.Hold : InspectionVerdict.ReadOn);
            }
        }
    }

    private InspectionVerdict Refuse(Http2Error error, bool fromClient)
    {
        AnswerReason = error.IsFlood() ? CloseReason.Flood : fromClient ? CloseReason.RequestRefused : CloseReason.ResponseRefused;
        if (!_observer.IsServerAtFrameBoundary)
            return InspectionVerdict.Abort;
        Answer = ErrorAnswers.GoAway(_observer.LastStreamId, error.Code(), error.Name());
        return InspectionVerdict.Refuse;
    }

    private bool TryAnswerForUpstream(int status, CloseReason reason, string cause)
    {
        if (!Http2LastWords.AreDue(_observer))
            return false;
        AnswerReason = reason;
        Answer = Http2LastWords.Write(_observer, status, string.Create(CultureInfo.InvariantCulture, $"response, {_target}, {cause}"));
        return true;
    }

    private void CountEnd(in Http2Stream stream)
    {
        var seconds = _clock.SecondsSince(stream.StartedAt);
        _counters.Ended(stream.Method, stream.Status, seconds);
        _destination.RequestEnded(stream.Status, seconds);
        Access?.Ended(stream, seconds);
        if (stream.IsGrpc)
            _counters.GrpcEnded(stream.GrpcStatus);
    }

    /// <summary>Of the streams that are open nothing more will be known.</summary>
    private void GiveUp()
    {
        if (_gaveUp)
            return;
        _gaveUp = true;
        _counters.GaveUp();
        while (_observer.TryTakeOpenStream(out var stream))
            CountEnd(stream with { End = Http2StreamEnd.Unobserved });
    }

    /// <summary>
    /// A header block that goes on in CONTINUATION frames passes frame by frame, and is not whole for all that. What waits for a drain is
    /// nobody's delay.
    /// </summary>
    private void LookForPartialHead(int passed, int arrived)
    {
        var isBlockOpen = _observer.IsClientBlockOpen;
        if (passed > 0 && !isBlockOpen)
            _deadlines.HeadPassed();
        _hasPartialHead = isBlockOpen || passed < arrived && _observer.RefusedStream == 0;
    }

    private void SetDeadline()
    {
        if (_observer.IsOpaque)
        {
            Deadline = long.MaxValue;
            return;
        }
        var next = _deadlines.Next(_hasPartialHead, _observer.InFlight, _cancellation?.OldestStarted);
        Deadline = NoLaterThanOwed(_cancellation is { IsUnderWay: true } ? _cancellation.Deadline : next);
    }

    /// <summary>The client's window is given back soon, also where the server says nothing more.</summary>
    private long NoLaterThanOwed(long deadline)
    {
        const int Soon = 10;
        return _observer.OwedWindow > 0 ? Math.Min(deadline, _clock.Milliseconds + Soon) : deadline;
    }
}
