namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// The requests of one connection, one after the other, as far as framing goes. Strict where RFC 9112 leaves a choice. Holds no bytes: a
/// head that is not whole stays with the caller, who shows it again with what has come since; each byte is still searched once only.
/// </summary>
/// <remarks>Allocates nothing. 136 bytes of state. A head of ten fields costs about 0.3 µs.</remarks>
internal struct RequestParser
{
    private Stage _stage;
    private HeadProgress _head;
    private RequestLine _line;
    private MessageBody _body;
    private bool _skippedEmptyLine;
    private FramingError _error;

    /// <summary>The last request has ended, and no request line has come after it.</summary>
    public readonly bool AwaitsRequest => _stage == Stage.RequestLine;

    public readonly long OpaqueAhead => _stage == Stage.Body ? _body.OpaqueAhead : 0;

    /// <summary>The head that the last step completed.</summary>
    /// <param name="input">The same bytes that step was given.</param>
    public readonly RequestHead Head(ReadOnlySpan<byte> input) => new(input[.._head.Position], in _line, in _head.Fields);

    public void PassOpaque(long count) => _body.PassOpaque(count);

    public Http1Step Next(ReadOnlySpan<byte> input, Http1Limits limits)
    {
        switch (_stage)
        {
            case Stage.RequestLine:
            case Stage.Fields:
                return NextHead(input, limits);
            case Stage.HeadPassed:
                BeginBody();
                return Next(input, limits);
            case Stage.Body:
                return NextBody(input, limits);
            case Stage.Ended:
                this = default;
                return new Http1Step(Http1StepKind.End);
            case Stage.Broken:
                return new Http1Step(Http1StepKind.Broken, 0, _error);
            default:
                return new Http1Step(Http1StepKind.Refused, 0, _error);
        }
    }

    /// <summary>The client will send no more.</summary>
    /// <param name="hasHeld">Whether bytes that did not pass are still held.</param>
    public readonly Http1Step EndOfInput(bool hasHeld)
    {
        if (_stage is Stage.Body)
            return new Http1Step(Http1StepKind.Broken, 0, FramingError.TruncatedBody);
        return hasHeld && _stage is Stage.RequestLine or Stage.Fields
            ? new Http1Step(Http1StepKind.Refused, 0, FramingError.TruncatedHead)
            : new Http1Step(Http1StepKind.NeedMore);
    }

    private Http1Step NextHead(ReadOnlySpan<byte> input, Http1Limits limits)
    {
        while (_stage == Stage.RequestLine)
        {
            var lineStart = _head.Position;
            var lineStatus = _head.NextLine(input, limits.RequestLineBytes, limits, out var line, out var lineError);
            if (lineStatus == LineStatus.NeedMore)
                return new Http1Step(Http1StepKind.NeedMore);
            if (lineStatus != LineStatus.Complete)
                return Refuse(lineStatus == LineStatus.TooLong ? RequestLine.TooLong(input[lineStart..]) : lineError);
            if (TakeRequestLine(line, lineStart) is not FramingError.None and var lineRefused)
                return Refuse(lineRefused);
        }
        var status = _head.NextFields(input, limits, out var error);
        if (status == LineStatus.NeedMore)
            return new Http1Step(Http1StepKind.NeedMore);
        if (status == LineStatus.Complete)
            error = CheckHead();
        if (error != FramingError.None)
            return Refuse(error);
        _stage = Stage.HeadPassed;
        return new Http1Step(Http1StepKind.Head, _head.Position);
    }

    /// <summary>One empty line before the request line is allowed, and passes with the head (RFC 9112 §2.2).</summary>
    private FramingError TakeRequestLine(ReadOnlySpan<byte> line, int start)
    {
        if (line.IsEmpty && !_skippedEmptyLine)
        {
            _skippedEmptyLine = true;
            return FramingError.None;
        }
        _stage = Stage.Fields;
        return _line.Read(line, start);
    }

    private readonly FramingError CheckHead()
    {
        if (!_head.Fields.HasHost && !_line.IsHttp10)
            return FramingError.MissingHost;
        return _head.Fields.Check(_line.IsHttp10);
    }

    private void BeginBody()
    {
        var framing = _head.Fields.IsChunked ? BodyFraming.Chunked
            : _head.Fields.ContentLength > 0 ? BodyFraming.Length
            : BodyFraming.None;
        _body.Begin(framing, _head.Fields.ContentLength);
        _stage = Stage.Body;
    }

    private Http1Step NextBody(ReadOnlySpan<byte> input, Http1Limits limits)
    {
        var progress = _body.Next(input, limits);
        if (progress.Status != BodyStatus.More)
        {
            _stage = progress.Status == BodyStatus.Complete ? Stage.Ended : Stage.Broken;
            _error = progress.Error;
        }
        if (progress.Passes > 0)
            return new Http1Step(Http1StepKind.Body, progress.Passes);
        return progress.Status == BodyStatus.More ? new Http1Step(Http1StepKind.NeedMore) : Next(input, limits);
    }

    private Http1Step Refuse(FramingError error)
    {
        _stage = Stage.Refused;
        _error = error;
        return new Http1Step(Http1StepKind.Refused, 0, error);
    }

    private enum Stage : byte
    {
        RequestLine,
        Fields,
        HeadPassed,
        Body,
        Ended,
        Broken,
        Refused,
    }
}
