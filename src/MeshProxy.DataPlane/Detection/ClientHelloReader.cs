namespace MeshProxy.DataPlane.Detection;

/// <summary>
/// Reads the names out of a ClientHello (RFC 8446 §4.1.2, and its predecessors') as far as its bytes are there, through any cut into
/// segments and records. Lengths that lie end in <see cref="ClientHelloStatus.Malformed"/>, with the names found so far.
/// </summary>
internal static class ClientHelloReader
{
    private const int ClientHelloMessage = 1;
    private const int ServerNameExtension = 0;
    private const int ProtocolsExtension = 16;
    private const int RandomLength = 32;
    private const int MaxSessionIdLength = 32;

    public static ClientHelloStatus Read(ReadOnlySpan<byte> bytes, out ClientHello hello)
    {
        hello = default;
        var cursor = new HandshakeCursor(bytes);
        if (!TryReadStart(ref cursor))
            return cursor.Failure;
        if (!TrySkipFixedPart(ref cursor))
            return cursor.Failure;
        // Before TLS 1.3 the extensions may be missing altogether.
        if (cursor.MessageLeft == 0)
            return ClientHelloStatus.Read;
        if (!cursor.TryReadUInt16(out var extensions))
            return cursor.Failure;
        if (extensions != cursor.MessageLeft)
            return cursor.Fail();
        while (cursor.MessageLeft > 0)
        {
            if (!TryReadExtension(ref cursor, ref hello))
                return cursor.Failure;
        }
        return ClientHelloStatus.Read;
    }

    private static bool TryReadStart(ref HandshakeCursor cursor)
    {
        if (!cursor.TryReadByte(out var type))
            return false;
        if (type != ClientHelloMessage)
            return Fail(ref cursor);
        if (!cursor.TryReadUInt24(out var length) || !cursor.TryReadByte(out var major))
            return false;
        if (major != 3)
            return Fail(ref cursor);
        cursor.IsClientHello = true;
        // Waiting for what is longer than detection keeps would only delay the relay.
        if (length is 0 or > ProtocolDetector.MaxBytes)
            return Fail(ref cursor);
        cursor.BeginMessage(length - 1);
        return true;
    }

    private static bool TrySkipFixedPart(ref HandshakeCursor cursor)
    {
        if (!cursor.TrySkip(1 + RandomLength) || !cursor.TryReadByte(out var sessionId))
            return false;
        if (sessionId > MaxSessionIdLength)
            return Fail(ref cursor);
        return cursor.TrySkip(sessionId)
            && cursor.TryReadUInt16(out var suites) && cursor.TrySkip(suites)
            && cursor.TryReadByte(out var compressions) && cursor.TrySkip(compressions);
    }

    private static bool TryReadExtension(ref HandshakeCursor cursor, ref ClientHello hello)
    {
        if (!cursor.TryReadUInt16(out var type) || !cursor.TryReadUInt16(out var length))
            return false;
        if (length > cursor.MessageLeft)
            return Fail(ref cursor);
        return type switch
        {
            ServerNameExtension when length > 0 => TryReadServerName(ref cursor, length, ref hello),
            ProtocolsExtension when length > 0 => TryReadProtocols(ref cursor, length, ref hello),
            _ => cursor.TrySkip(length),
        };
    }

    /// <summary>A list with a single entry in practice: of type host_name (0), a name of 2-byte length.</summary>
    private static bool TryReadServerName(ref HandshakeCursor cursor, int length, ref ClientHello hello)
    {
        const int EntryHeader = 5;
        if (!cursor.TryReadUInt16(out var list) || !cursor.TryReadByte(out var type) || !cursor.TryReadUInt16(out var nameLength))
            return false;
        if (list != length - 2 || nameLength > length - EntryHeader)
            return Fail(ref cursor);
        if (type != 0 || nameLength > ClientHello.MaxServerName)
            return cursor.TrySkip(length - EntryHeader);
        Span<byte> name = stackalloc byte[nameLength];
        if (!cursor.TryCopy(name))
            return false;
        hello.SetServerName(name);
        return cursor.TrySkip(length - EntryHeader - nameLength);
    }

    private static bool TryReadProtocols(ref HandshakeCursor cursor, int length, ref ClientHello hello)
    {
        if (!cursor.TryReadUInt16(out var left))
            return false;
        if (left != length - 2)
            return Fail(ref cursor);
        Span<byte> buffer = stackalloc byte[byte.MaxValue];
        while (left > 0)
        {
            if (!cursor.TryReadByte(out var nameLength))
                return false;
            left -= 1 + nameLength;
            if (nameLength == 0 || left < 0)
                return Fail(ref cursor);
            if (!cursor.TryCopy(buffer[..nameLength]))
                return false;
            hello.AddProtocol(buffer[..nameLength]);
        }
        return true;
    }

    private static bool Fail(ref HandshakeCursor cursor)
    {
        cursor.Fail();
        return false;
    }
}
