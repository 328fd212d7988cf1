namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// A chunked body with its trailers (RFC 9112 §7.1), byte by byte between the chunks and in strides within them. Bytes pass as soon as
/// they are seen to be sound, except a trailer line, which is held until it is whole.
/// </summary>
internal struct ChunkedBody
{
    private const int MaxSizeDigits = 16;

    private State _state;
    private ChunkExtension _extension;
    private LineScanner _lines;
    private byte _digits;
    private int _lineLength;
    private int _trailerBytes;
    private long _left;

    /// <summary>The next so many bytes are chunk data, whatever they are.</summary>
    public readonly long OpaqueAhead => _state == State.Data ? _left : 0;

    public void Begin() => this = default;

    public void PassOpaque(long count)
    {
        _left -= count;
        if (_left == 0)
            _state = State.DataReturn;
    }

    public BodyProgress Next(ReadOnlySpan<byte> input, Http1Limits limits)
    {
        var position = 0;
        while (position < input.Length)
        {
            if (_state == State.Data)
            {
                var stride = (int)Math.Min(_left, input.Length - position);
                PassOpaque(stride);
                position += stride;
                continue;
            }
            if (_state == State.Trailers)
                return NextTrailers(input, position, limits);
            var error = Add(input[position], limits);
            if (error != FramingError.None)
                return new BodyProgress(BodyStatus.Broken, position, error);
            position++;
        }
        return new BodyProgress(BodyStatus.More, position);
    }

    private FramingError Add(byte next, Http1Limits limits)
    {
        if (_state <= State.SizeLineFeed && ++_lineLength > limits.ChunkLineBytes)
            return FramingError.ChunkLineTooLong;
        switch (_state)
        {
            case State.Size:
                return AddToSize(next);
            case State.Extension:
                if (next == '\r' && _extension.MayEnd)
                    _state = State.SizeLineFeed;
                else if (!_extension.TryAdd(next))
                    return FramingError.BadChunkExtension;
                return FramingError.None;
            case State.SizeLineFeed:
                if (next != '\n')
                    return FramingError.BareCarriageReturn;
                BeginData();
                return FramingError.None;
            case State.DataReturn:
                _state = State.DataLineFeed;
                return next == '\r' ? FramingError.None : FramingError.BadChunkEnd;
            default:
                _state = State.Size;
                return next == '\n' ? FramingError.None : FramingError.BadChunkEnd;
        }
    }

    private FramingError AddToSize(byte next)
    {
        if (char.IsAsciiHexDigit((char)next))
        {
            if (++_digits > MaxSizeDigits || _left > long.MaxValue >> 4)
                return FramingError.BadChunkSize;
            _left = _left << 4 | (uint)HexValue(next);
            return FramingError.None;
        }
        if (_digits == 0 || next is not ((byte)'\r' or (byte)';'))
            return next == '\n' && _digits > 0 ? FramingError.BareLineFeed : FramingError.BadChunkSize;
        if (next == ';')
            _extension.Begin();
        _state = next == ';' ? State.Extension : State.SizeLineFeed;
        return FramingError.None;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private void BeginData()
    {
        _state = _left == 0 ? State.Trailers : State.Data;
        _lineLength = 0;
        _digits = 0;
    }

    /// <summary>Trailer lines, each held until it is whole, to the empty line that ends the message.</summary>
    private BodyProgress NextTrailers(ReadOnlySpan<byte> input, int position, Http1Limits limits)
    {
        while (true)
        {
            var status = _lines.Next(input[position..], limits.TrailerBytes - _trailerBytes, out var length, out var error);
            if (status == LineStatus.NeedMore)
                return new BodyProgress(BodyStatus.More, position);
            if (status == LineStatus.TooLong)
                return new BodyProgress(BodyStatus.Broken, position, FramingError.TrailersTooLarge);
            if (status == LineStatus.Complete && length > 0)
                error = CheckTrailer(input.Slice(position, length));
            if (error != FramingError.None)
                return new BodyProgress(BodyStatus.Broken, position, error);
            position += length + 2;
            _trailerBytes += length + 2;
            if (length == 0)
                return new BodyProgress(BodyStatus.Complete, position);
        }
    }

    /// <summary>Framing, routing and credentials cannot come after the fact (RFC 9110 §6.5.1).</summary>
    private static FramingError CheckTrailer(ReadOnlySpan<byte> line)
    {
        var error = FieldLine.Split(line, out var name, out _, out _);
        if (error != FramingError.None)
            return error;
        return KnownFields.Of(name) is KnownField.None or KnownField.UserAgent or KnownField.Expect
            ? FramingError.None
            : FramingError.ForbiddenTrailer;
    }

    /// <summary>The states up to <see cref="SizeLineFeed"/> are those of a chunk's first line.</summary>
    private enum State : byte
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataReturn,
        DataLineFeed,
        Trailers,
    }
}
