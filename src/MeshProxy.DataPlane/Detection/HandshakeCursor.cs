using System.Buffers.Binary;

namespace MeshProxy.DataPlane.Detection;

/// <summary>
/// Reads a handshake message byte by byte through the TLS records that carry it (RFC 8446 §5.1): a message may be cut into records
/// anywhere. A read that fails says why in <see cref="Failure"/>; nothing throws, whatever the lengths claim.
/// </summary>
internal ref struct HandshakeCursor(ReadOnlySpan<byte> bytes)
{
    private const int HeaderLength = 5;

    /// <summary>RFC 8446 §5.1: a plaintext record carries at most 2^14 bytes, and a handshake record at least one.</summary>
    private const int MaxRecordLength = 1 << 14;

    private ReadOnlySpan<byte> _rest = bytes;
    private int _recordLeft;

    /// <summary>Bytes that may still be read before the end of the message.</summary>
    public int MessageLeft { get; private set; } = int.MaxValue;

    /// <summary>
    /// The bytes so far are a ClientHello's: from here on, nonsense is a malformed ClientHello and no longer another protocol.
    /// </summary>
    public bool IsClientHello { get; set; }

    public ClientHelloStatus Failure { get; private set; } = ClientHelloStatus.NeedMore;

    /// <summary>Reading past <paramref name="length"/> bytes from here fails as malformed.</summary>
    public void BeginMessage(int length) => MessageLeft = length;

    public ClientHelloStatus Fail()
    {
        Failure = IsClientHello ? ClientHelloStatus.Malformed : ClientHelloStatus.NotTls;
        return Failure;
    }

    public bool TryReadByte(out int value)
    {
        Span<byte> one = stackalloc byte[1];
        var read = TryCopy(one);
        value = one[0];
        return read;
    }

    public bool TryReadUInt16(out int value)
    {
        Span<byte> two = stackalloc byte[2];
        var read = TryCopy(two);
        value = BinaryPrimitives.ReadUInt16BigEndian(two);
        return read;
    }

    public bool TryReadUInt24(out int value)
    {
        Span<byte> three = stackalloc byte[4];
        three[0] = 0;
        var read = TryCopy(three[1..]);
        value = BinaryPrimitives.ReadInt32BigEndian(three);
        return read;
    }

    public bool TryCopy(scoped Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            if (!TryTake(destination.Length, out var piece))
            {
                destination.Clear();
                return false;
            }
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
        }
        return true;
    }

    public bool TrySkip(int count)
    {
        while (count > 0)
        {
            if (!TryTake(count, out var piece))
                return false;
            count -= piece.Length;
        }
        return true;
    }

    /// <summary>The next 1 to <paramref name="count"/> bytes, as many as stand together.</summary>
    private bool TryTake(int count, out ReadOnlySpan<byte> piece)
    {
        piece = default;
        if (count > MessageLeft)
        {
            Fail();
            return false;
        }
        if (_recordLeft == 0 && !TryOpenRecord())
            return false;
        var length = Math.Min(count, Math.Min(_recordLeft, _rest.Length));
        piece = _rest[..length];
        _rest = _rest[length..];
        _recordLeft -= length;
        MessageLeft -= length;
        return length > 0;
    }

    /// <summary>content type 22, version 3.0 to 3.4, length; decided on the first impossible byte.</summary>
    private bool TryOpenRecord()
    {
        var header = _rest;
        if (header.Length > 0 && header[0] != 0x16 || header.Length > 1 && header[1] != 3 || header.Length > 2 && header[2] > 4)
        {
            Fail();
            return false;
        }
        if (header.Length < HeaderLength)
            return false;
        _recordLeft = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        _rest = header[HeaderLength..];
        if (_recordLeft is > 0 and <= MaxRecordLength)
            return true;
        Fail();
        return false;
    }
}
