namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>
/// A request's body that is passed on as it comes and kept besides, up to a bound, so that it can be read again from its beginning. Beyond
/// the bound nothing is kept and nothing can be repeated.
/// </summary>
internal sealed class ReplayableBody(Stream body, int bound) : Stream
{
    private byte[] _kept = [];
    private int _length;
    private int _position;
    private bool _tooLong;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>False where more has been read than is kept.</summary>
    public bool TryRewind()
    {
        _position = 0;
        return !_tooLong;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position < _length && !_tooLong)
        {
            var again = Math.Min(buffer.Length, _length - _position);
            _kept.AsMemory(_position, again).CopyTo(buffer);
            _position += again;
            return again;
        }
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

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_tooLong || _length + bytes.Length > bound)
        {
            (_tooLong, _kept) = (true, []);
            return;
        }
        if (_length + bytes.Length > _kept.Length)
            Array.Resize(ref _kept, Math.Min(bound, Math.Max(_length + bytes.Length, 2 * _kept.Length)));
        bytes.CopyTo(_kept.AsSpan(_length));
        _position = _length += bytes.Length;
    }
}
