using System.Buffers.Binary;

namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>Frames of our own, written into the caller's buffer at a frame boundary. Each returns its length.</summary>
internal static class Http2Frames
{
    /// <summary>Room for GOAWAY with its longest debug data.</summary>
    public const int MaxGoAwayLength = FrameHeader.Size + 8 + MaxDebugLength;

    public const int PingLength = FrameHeader.Size + 8;

    private const int MaxDebugLength = 64;
    private const byte Ack = 1;

    /// <summary>Settings that change nothing: what a connection begins with where no server could be reached.</summary>
    public static int WriteSettings(Span<byte> destination) => WriteEmpty(destination, flags: 0);

    public static int WriteSettingsAck(Span<byte> destination) => WriteEmpty(destination, Ack);

    /// <param name="lastStreamId">The highest stream that may have been worked on.</param>
    /// <param name="debug">Printable text for whoever reads the client's log; cut to 64 bytes.</param>
    public static int WriteGoAway(Span<byte> destination, int lastStreamId, Http2ErrorCode code, ReadOnlySpan<char> debug)
    {
        var text = debug.Length > MaxDebugLength ? debug[..MaxDebugLength] : debug;
        FrameHeader.Write(destination, 8 + text.Length, FrameType.GoAway, 0, 0);
        var payload = destination[FrameHeader.Size..];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastStreamId);
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], (uint)code);
        Printable.Write(payload[8..], text);
        return FrameHeader.Size + 8 + text.Length;
    }

    /// <param name="data">Comes back with the answer.</param>
    public static int WritePing(Span<byte> destination, ulong data)
    {
        FrameHeader.Write(destination, 8, FrameType.Ping, 0, 0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[FrameHeader.Size..], data);
        return PingLength;
    }

    public static int WriteReset(Span<byte> destination, int streamId, Http2ErrorCode code)
    {
        FrameHeader.Write(destination, 4, FrameType.RstStream, 0, streamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[FrameHeader.Size..], (uint)code);
        return FrameHeader.Size + 4;
    }

    /// <param name="increment">Bytes, at least one; of the connection's window.</param>
    public static int WriteWindowUpdate(Span<byte> destination, int increment)
    {
        FrameHeader.Write(destination, 4, FrameType.WindowUpdate, 0, 0);
        BinaryPrimitives.WriteInt32BigEndian(destination[FrameHeader.Size..], increment);
        return FrameHeader.Size + 4;
    }

    private static int WriteEmpty(Span<byte> destination, byte flags)
    {
        FrameHeader.Write(destination, 0, FrameType.Settings, flags, 0);
        return FrameHeader.Size;
    }
}
