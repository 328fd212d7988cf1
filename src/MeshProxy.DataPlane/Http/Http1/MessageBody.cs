namespace MeshProxy.DataPlane.Http.Http1;

internal enum BodyFraming : byte
{
    None,
    Length,
    Chunked,
    UntilClose,
}

/// <summary>The body of one message, in whichever way its end is told (RFC 9112 §6.3).</summary>
internal struct MessageBody
{
    private ChunkedBody _chunks;
    private long _left;

    public BodyFraming Framing { get; private set; }

    /// <summary>
    /// The next so many bytes are content and need not be looked at; <see cref="long.MaxValue"/> is "until the connection ends".
    /// </summary>
    public readonly long OpaqueAhead => Framing switch
    {
        BodyFraming.Length => _left,
        BodyFraming.Chunked => _chunks.OpaqueAhead,
        BodyFraming.UntilClose => long.MaxValue,
        _ => 0,
    };

    public void Begin(BodyFraming framing, long length)
    {
        Framing = framing;
        _left = length;
        _chunks.Begin();
    }

    /// <summary>So many of the opaque bytes ahead have passed without being shown, spliced for instance.</summary>
    public void PassOpaque(long count)
    {
        if (Framing == BodyFraming.Length)
            _left -= count;
        else if (Framing == BodyFraming.Chunked)
            _chunks.PassOpaque(count);
    }

    public BodyProgress Next(ReadOnlySpan<byte> input, Http1Limits limits)
    {
        switch (Framing)
        {
            case BodyFraming.Length:
                var passes = (int)Math.Min(_left, input.Length);
                _left -= passes;
                return new BodyProgress(_left == 0 ? BodyStatus.Complete : BodyStatus.More, passes);
            case BodyFraming.Chunked:
                return _chunks.Next(input, limits);
            case BodyFraming.UntilClose:
                return new BodyProgress(BodyStatus.More, input.Length);
            default:
                return new BodyProgress(BodyStatus.Complete, 0);
        }
    }
}
