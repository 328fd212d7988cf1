namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// The responses of one connection, one after the other. How long a response is depends on the request it answers, so the caller passes
/// that with each step. As strict, and as cheap, as <see cref="RequestParser"/>.
/// </summary>
internal struct ResponseParser
{
    private Stage _stage;
    private HeadProgress _head;
    private MessageBody _body;
    private bool _isHttp10;
    private FramingError _error;

    /// <summary>Of the head that passed last.</summary>
    public ushort Status { get; private set; }

    public readonly bool IsInformational => Status is >= 100 and < 200 and not 101;

    /// <summary>-1 where none was given.</summary>
    public readonly long ContentLength => _head.Fields.HasContentLength ? _head.Fields.ContentLength : -1;

    /// <summary>What a 101 switches to; None where it does not say.</summary>
    public readonly UpgradeProtocol Upgrade => _head.Fields.Upgrade;

    /// <summary>How the end of the response under way is told.</summary>
    public readonly BodyFraming Framing => _body.Framing;

    /// <summary>The server closes the connection after this response.</summary>
    public readonly bool Closes =>
        _head.Fields.SaysClose || _isHttp10 && !_head.Fields.SaysKeepAlive || _body.Framing == BodyFraming.UntilClose;

    public readonly long OpaqueAhead => _stage == Stage.Body ? _body.OpaqueAhead : 0;

    public void PassOpaque(long count) => _body.PassOpaque(count);

    /// <param name="request">The oldest request without a whole answer.</param>
    public Http1Step Next(ReadOnlySpan<byte> input, in Exchange request, Http1Limits limits)
    {
        switch (_stage)
        {
            case Stage.StatusLine:
            case Stage.Fields:
                return NextHead(input, in request, limits);
            case Stage.HeadPassed when IsInformational:
                this = default;
                return Next(input, in request, limits);
            case Stage.HeadPassed:
                _stage = Stage.Body;
                return Next(input, in request, limits);
            case Stage.Body:
                return NextBody(input, in request, limits);
            case Stage.Ended:
                this = default;
                return new Http1Step(Http1StepKind.End);
            case Stage.Broken:
                return new Http1Step(Http1StepKind.Broken, 0, _error);
            default:
                return new Http1Step(Http1StepKind.Refused, 0, _error);
        }
    }

    /// <summary>The server will send no more: the end of a body that is told by it, and too early for any other.</summary>
    public Http1Step EndOfInput(bool hasHeld)
    {
        if (_stage is Stage.Body && _body.Framing == BodyFraming.UntilClose)
        {
            this = default;
            return new Http1Step(Http1StepKind.End);
        }
        if (_stage is Stage.Body)
            return new Http1Step(Http1StepKind.Broken, 0, FramingError.TruncatedBody);
        return hasHeld && _stage is Stage.StatusLine or Stage.Fields
            ? new Http1Step(Http1StepKind.Refused, 0, FramingError.TruncatedHead)
            : new Http1Step(Http1StepKind.NeedMore);
    }

    private Http1Step NextHead(ReadOnlySpan<byte> input, in Exchange request, Http1Limits limits)
    {
        if (_stage == Stage.StatusLine)
        {
            var lineStatus = _head.NextLine(input, limits.HeadBytes, limits, out var line, out var lineError);
            if (lineStatus == LineStatus.NeedMore)
                return new Http1Step(Http1StepKind.NeedMore);
            if (lineStatus != LineStatus.Complete)
                return Refuse(lineStatus == LineStatus.TooLong ? FramingError.HeadTooLarge : lineError);
            if (!StatusLine.TryRead(line, out var code, out _isHttp10))
                return Refuse(FramingError.BadStatusLine);
            Status = (ushort)code;
            _stage = Stage.Fields;
        }
        var status = _head.NextFields(input, limits, out var error);
        if (status == LineStatus.NeedMore)
            return new Http1Step(Http1StepKind.NeedMore);
        if (status == LineStatus.Complete)
            error = CheckHead(in request, limits);
        if (error != FramingError.None)
            return Refuse(error);
        _body.Begin(FramingFor(in request), _head.Fields.ContentLength);
        _stage = Stage.HeadPassed;
        return new Http1Step(Http1StepKind.Head, _head.Position);
    }

    private readonly FramingError CheckHead(in Exchange request, Http1Limits limits)
    {
        if (Status == 101 && !request.AsksToSwitch)
            return FramingError.UnaskedSwitch;
        if (IsInformational && request.InformationalResponses >= limits.InformationalResponses)
            return FramingError.TooManyInformational;
        return _head.Fields.Check(_isHttp10);
    }

    /// <summary>RFC 9112 §6.3, items 1 to 8; the switches of 101 and CONNECT are the observer's.</summary>
    private readonly BodyFraming FramingFor(in Exchange request)
    {
        if (request.Method == RequestMethod.Head || Status is < 200 or 204 or 304)
            return BodyFraming.None;
        if (_head.Fields.IsChunked)
            return BodyFraming.Chunked;
        if (!_head.Fields.HasContentLength)
            return BodyFraming.UntilClose;
        return _head.Fields.ContentLength > 0 ? BodyFraming.Length : BodyFraming.None;
    }

    private Http1Step NextBody(ReadOnlySpan<byte> input, in Exchange request, Http1Limits limits)
    {
        var progress = _body.Next(input, limits);
        if (progress.Status != BodyStatus.More)
        {
            _stage = progress.Status == BodyStatus.Complete ? Stage.Ended : Stage.Broken;
            _error = progress.Error;
        }
        if (progress.Passes > 0)
            return new Http1Step(Http1StepKind.Body, progress.Passes);
        return progress.Status == BodyStatus.More ? new Http1Step(Http1StepKind.NeedMore) : Next(input, in request, limits);
    }

    private Http1Step Refuse(FramingError error)
    {
        _stage = Stage.Refused;
        _error = error;
        return new Http1Step(Http1StepKind.Refused, 0, error);
    }

    private enum Stage : byte
    {
        StatusLine,
        Fields,
        HeadPassed,
        Body,
        Ended,
        Broken,
        Refused,
    }
}
