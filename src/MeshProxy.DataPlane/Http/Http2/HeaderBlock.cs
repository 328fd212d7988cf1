using System.Buffers;

namespace MeshProxy.DataPlane.Http.Http2;

internal enum HeaderBlockKind : byte
{
    None,
    Headers,

    /// <summary>Decoded to stay in step with the compression, and no more.</summary>
    Push,
}

/// <summary>
/// A header block under way (RFC 9113 §4.3). One that fits its first frame is decoded where it lies; only a block that goes on in
/// CONTINUATION frames is put together in a rented array that grows with it, within its bounds.
/// </summary>
internal struct HeaderBlock
{
    private const int LeastRented = 1024;

    /// <summary>Of all its frames so far.</summary>
    public int WireBytes;

    private byte[]? _joined;
    private int _length;
    private int _continuations;

    public HeaderBlockKind Kind { get; private set; }

    public int StreamId { get; private set; }

    public bool EndsStream { get; private set; }

    public readonly bool IsOpen => Kind != HeaderBlockKind.None;

    public readonly ReadOnlySpan<byte> Joined => _joined.AsSpan(0, _length);

    public void Begin(HeaderBlockKind kind, int streamId, bool endsStream)
    {
        Kind = kind;
        StreamId = streamId;
        EndsStream = endsStream;
    }

    public Http2Error Append(ReadOnlySpan<byte> fragment, Http2Limits limits)
    {
        if (_length + fragment.Length > limits.HeaderBlockBytes)
            return Http2Error.HeaderListTooLarge;
        if (_joined is not null && ++_continuations > limits.Continuations)
            return Http2Error.TooManyContinuations;
        Grow(_length + fragment.Length);
        fragment.CopyTo(_joined.AsSpan(_length));
        _length += fragment.Length;
        return Http2Error.None;
    }

    /// <summary>Whoever lets a block hang costs no more than has come of it, to the next power of two.</summary>
    private void Grow(int needed)
    {
        if (_joined is not null && _joined.Length >= needed)
            return;
        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(needed, LeastRented));
        Joined.CopyTo(grown);
        if (_joined is not null)
            ArrayPool<byte>.Shared.Return(_joined);
        _joined = grown;
    }

    /// <summary>Gives the array back.</summary>
    public void End()
    {
        if (_joined is not null)
            ArrayPool<byte>.Shared.Return(_joined);
        this = default;
    }
}
