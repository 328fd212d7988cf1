namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>
/// A request's body that is passed on as it comes and kept besides, up to a bound, so that it can be read again from its beginning. Beyond
/// the bound nothing is kept and nothing can be repeated.
/// </summary>
/// <remarks>
/// An answer may come while the body is still being read. Whoever takes that answer back freezes the body first: it cannot outgrow the
/// bound any more (but by the read under way), and its reader ends. It is read anew after <see cref="Rewind"/>, when that reader has ended.
/// </remarks>
internal sealed class ReplayableBody(Stream body, int bound) : Stream
{
    private readonly Lock _lock = new();
    private byte[] _kept = [];
    private int _length;
    private int _position;
    private bool _tooLong;
    private bool _isFrozen;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>False where more has been read than is kept.</summary>
    public bool IsKept
    {
        get
        {
            lock (_lock)
                return !_tooLong;
        }
    }

    /// <returns>False where more has been read than is kept; then nothing has changed.</returns>
    public bool TryFreeze()
    {
        lock (_lock)
            return _isFrozen = !_tooLong;
    }

    public void Rewind()
    {
        lock (_lock)
            (_position, _isFrozen) = (0, false);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (TryReadKept(buffer.Span, out var again))
            return again;
        var read = await body.ReadAsync(buffer, cancellationToken);
        Keep(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    private bool TryReadKept(Span<byte> buffer, out int count)
    {
        lock (_lock)
        {
            if (_isFrozen)
                throw new IOException("the request is about to be sent again");
            count = _tooLong ? 0 : Math.Min(buffer.Length, _length - _position);
            // A read of no bytes, which only asks whether there are any, is answered from here too.
            if (_tooLong || _position == _length)
                return false;
            _kept.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return true;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_tooLong || _length + bytes.Length > bound && !_isFrozen)
            {
                (_tooLong, _kept, _position) = (true, [], 0);
                return;
            }
            if (_length + bytes.Length > _kept.Length)
                Array.Resize(ref _kept, Math.Max(_length + bytes.Length, Math.Min(bound, 2 * _kept.Length)));
            bytes.CopyTo(_kept.AsSpan(_length));
            _position = _length += bytes.Length;
        }
    }
}
