using MeshProxy.DataPlane.Settings;

namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// Watches one HTTP/1 connection as its bytes are relayed unchanged: frames and pairs requests and responses, and says which bytes may
/// pass. It has no socket, no buffer and no clock.
/// </summary>
/// <remarks>
/// How to drive a direction. Show it what has arrived and not yet passed; take one step after the other until it says
/// <see cref="Http1StepKind.NeedMore"/>, <see cref="Http1StepKind.Hold"/> or a refusal, each time leaving out the
/// <see cref="Http1Step.Bytes"/> that the steps before have let pass; send those, keep the rest (at most
/// <see cref="Http1Limits.HeadBytes"/> unless held) and show it again with what comes next. While
/// <see cref="OpaqueRequestBytes"/> or <see cref="OpaqueResponseBytes"/> is not 0, so many bytes may be spliced past it and only counted.
/// Policy. A head passes whole and valid, or not at all. After a switch of protocols was confirmed (101, or 2xx to CONNECT) everything
/// passes; before, what the client sends after its request is held. The exchange that switched stays in flight, and its bytes are counted,
/// to the end.
/// Cost. One object of about 400 bytes per connection, reusable by <see cref="Reset"/>; nothing is allocated per request.
/// </remarks>
internal sealed class Http1Observer(Http1Limits limits, FramingPolicy policy)
{
    private RequestParser _requests;
    private ResponseParser _responses;
    private Pipeline _pipeline;
    private bool _newestIsOpen;
    private bool _isOpaque;
    private FramingError _gaveUpOn;

    /// <summary>Requests whose answer has not ended.</summary>
    public int InFlight => _pipeline.Count;

    /// <summary>
    /// The request whose head passed last. Only while it is in flight: set its clock at the <see cref="Http1StepKind.Head"/> step.
    /// </summary>
    public ref Exchange Newest => ref _pipeline.Newest;

    /// <summary>The request being answered. Only while one is in flight.</summary>
    public ref Exchange Oldest => ref _pipeline.Oldest;

    /// <summary>What ended with the last <see cref="Http1StepKind.End"/> of a response.</summary>
    public Exchange Finished { get; private set; }

    /// <summary>The response whose head passed last.</summary>
    public ref readonly ResponseParser Response => ref _responses;

    /// <summary>A part of the final response to the oldest request has passed: no answer of our own can be given any more.</summary>
    public bool IsAnswering => _pipeline.Count > 0 && _pipeline.Oldest.Status != 0;

    /// <summary>The connection is to end: a request passes only while none is in flight, and none after <see cref="SaidClose"/>.</summary>
    public bool IsClosing { get; set; }

    /// <summary>The response under way, or the last one, tells the client that the connection ends with it.</summary>
    public bool SaidClose { get; set; }

    /// <summary>Everything passes: protocols were switched, or observation gave up.</summary>
    public bool IsOpaque => _isOpaque;

    /// <summary>
    /// The connection has become HTTP/2: the client's next byte is its preface, and its request, which has passed whole, is stream 1
    /// (RFC 7540 §3.2).
    /// </summary>
    public bool IsHttp2 => _isOpaque && _pipeline.Count > 0 && _requests.AwaitsRequest
        && (_responses.Upgrade == UpgradeProtocol.None ? _pipeline.Oldest.Upgrade : _responses.Upgrade) == UpgradeProtocol.H2c;

    /// <summary>
    /// No request is in flight, and no byte of one has passed. Never after protocols were switched or observation gave up.
    /// </summary>
    public bool IsIdle => !_isOpaque && _pipeline.Count == 0 && _requests.AwaitsRequest;

    /// <summary>The response whose head has just passed is the last on this connection, and can still be told to say so.</summary>
    public bool IsLastResponse => IsClosing && !SaidClose && !_isOpaque && IsAnswering && _pipeline.Count == 1;

    /// <summary>So many of the client's next bytes pass unseen; <see cref="long.MaxValue"/> means all of them.</summary>
    public long OpaqueRequestBytes => _isOpaque ? long.MaxValue : _requests.OpaqueAhead;

    /// <summary>So many of the server's next bytes pass unseen; <see cref="long.MaxValue"/> means all of them.</summary>
    public long OpaqueResponseBytes => _isOpaque ? long.MaxValue : _responses.OpaqueAhead;

    /// <summary>The client's next bytes are held: stop reading it until a response has ended.</summary>
    public bool HoldsRequests => !_isOpaque && _requests.AwaitsRequest && (_pipeline.IsFull || IsSwitchPending || IsLastCome);

    private static Http1Step Unasked => new(Http1StepKind.Broken, 0, FramingError.ResponseWithoutRequest);

    private bool IsSwitchPending => _pipeline.Count > 0 && _pipeline.Newest.AsksToSwitch;

    private bool IsLastCome => SaidClose || IsClosing && _pipeline.Count > 0;

    /// <summary>For the next connection.</summary>
    public void Reset()
    {
        _requests = default;
        _responses = default;
        _pipeline = default;
        _newestIsOpen = _isOpaque = IsClosing = SaidClose = false;
        _gaveUpOn = FramingError.None;
        Finished = default;
    }

    /// <summary>The head that the last request step completed, for the input that step was given.</summary>
    public RequestHead RequestHead(ReadOnlySpan<byte> input) => _requests.Head(input);

    /// <summary>Forgets the oldest request, which will get no answer any more.</summary>
    public void Abandon() => RemoveOldest();

    public Http1Step NextRequest(ReadOnlySpan<byte> input)
    {
        if (_isOpaque)
        {
            PassRequestBytes(input.Length);
            return PassAll(input);
        }
        if (HoldsRequests)
            return new Http1Step(input.IsEmpty ? Http1StepKind.NeedMore : Http1StepKind.Hold);
        var step = _requests.Next(input, limits);
        switch (step.Kind)
        {
            case Http1StepKind.Head:
                Begin(_requests.Head(input), step.Bytes);
                break;
            case Http1StepKind.Body when _newestIsOpen:
                _pipeline.Newest.RequestBytes += step.Bytes;
                break;
            case Http1StepKind.End:
                _newestIsOpen = false;
                break;
        }
        return GiveUpIfTransparent(step, input);
    }

    public Http1Step NextResponse(ReadOnlySpan<byte> input)
    {
        if (_isOpaque)
        {
            PassResponseBytes(input.Length);
            return PassAll(input);
        }
        if (_pipeline.Count == 0)
            return input.IsEmpty ? new Http1Step(Http1StepKind.NeedMore) : GiveUpIfTransparent(Unasked, input);
        var step = _responses.Next(input, in _pipeline.Oldest, limits);
        _pipeline.Oldest.ResponseBytes += step.Bytes;
        if (step.Kind == Http1StepKind.Head)
            TakeResponseHead(ref _pipeline.Oldest);
        else if (step.Kind == Http1StepKind.End)
            Finish();
        return GiveUpIfTransparent(step, input);
    }

    /// <summary>The client has ended its direction.</summary>
    /// <param name="hasHeld">Whether bytes of it are still held.</param>
    /// <returns>
    /// <see cref="Http1StepKind.NeedMore"/> where it ended between requests, else what was cut off: the end is passed on, and the server
    /// sees by the framing that something is missing.
    /// </returns>
    public Http1Step EndOfRequests(bool hasHeld) =>
        _isOpaque ? new Http1Step(Http1StepKind.Opaque, 0, _gaveUpOn) : _requests.EndOfInput(hasHeld);

    /// <summary>The server has ended its direction.</summary>
    /// <returns>
    /// <see cref="Http1StepKind.End"/> where that ends a body; <see cref="Http1StepKind.Refused"/> or <see cref="Http1StepKind.Broken"/>
    /// where it cut off a head or a body; else <see cref="Http1StepKind.NeedMore"/>,
    /// also where requests are <see cref="InFlight"/> without any answer.
    /// </returns>
    public Http1Step EndOfResponses(bool hasHeld)
    {
        if (_isOpaque)
            return new Http1Step(Http1StepKind.Opaque, 0, _gaveUpOn);
        if (_pipeline.Count == 0)
            return hasHeld ? Unasked : new Http1Step(Http1StepKind.NeedMore);
        var step = _responses.EndOfInput(hasHeld);
        if (step.Kind == Http1StepKind.End)
            Finish();
        return step;
    }

    /// <summary>The caller has let so many of <see cref="OpaqueRequestBytes"/> pass.</summary>
    public void PassRequestBytes(long count)
    {
        if (!_isOpaque)
            _requests.PassOpaque(count);
        if (_isOpaque ? _pipeline.Count > 0 : _newestIsOpen)
            _pipeline.Newest.RequestBytes += count;
    }

    /// <summary>The caller has let so many of <see cref="OpaqueResponseBytes"/> pass.</summary>
    public void PassResponseBytes(long count)
    {
        if (!_isOpaque)
            _responses.PassOpaque(count);
        if (_pipeline.Count > 0)
            _pipeline.Oldest.ResponseBytes += count;
    }

    private void Begin(in RequestHead head, int bytes)
    {
        _pipeline.Add(new Exchange { Method = head.Method, Upgrade = head.Upgrade, RequestBytes = bytes });
        _newestIsOpen = true;
    }

    private void TakeResponseHead(ref Exchange exchange)
    {
        if (_responses.IsInformational)
        {
            exchange.InformationalResponses++;
            return;
        }
        exchange.Status = _responses.Status;
        _isOpaque = exchange.Status == 101 || exchange.Method == RequestMethod.Connect && exchange.Status is >= 200 and < 300;
    }

    private void Finish()
    {
        Finished = _pipeline.Oldest;
        RemoveOldest();
    }

    /// <summary>An answer may end before its request does: the rest of that request belongs to no exchange.</summary>
    private void RemoveOldest()
    {
        _pipeline.RemoveOldest();
        _newestIsOpen &= _pipeline.Count > 0;
    }

    private Http1Step GiveUpIfTransparent(Http1Step step, ReadOnlySpan<byte> input)
    {
        if (policy == FramingPolicy.Refuse || step.Kind is not (Http1StepKind.Refused or Http1StepKind.Broken))
            return step;
        _isOpaque = true;
        _gaveUpOn = step.Error;
        return PassAll(input);
    }

    private Http1Step PassAll(ReadOnlySpan<byte> input) => new(Http1StepKind.Opaque, input.Length, _gaveUpOn);
}
