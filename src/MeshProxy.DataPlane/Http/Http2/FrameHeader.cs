using System.Buffers.Binary;

namespace MeshProxy.DataPlane.Http.Http2;

internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    RstStream = 3,
    Settings = 4,
    PushPromise = 5,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>The nine bytes before every frame (RFC 9113 §4.1).</summary>
internal readonly record struct FrameHeader(int Length, FrameType Type, byte Flags, int StreamId)
{
    public const int Size = 9;

    /// <summary>What every endpoint must take, SETTINGS_MAX_FRAME_SIZE's least and initial value.</summary>
    public const int DefaultMaxLength = 1 << 14;

    private const byte EndStreamFlag = 0x1;
    private const byte EndHeadersFlag = 0x4;
    private const byte PaddedFlag = 0x8;
    private const byte PriorityFlag = 0x20;

    public bool EndsStream => (Flags & EndStreamFlag) != 0;

    public bool IsAck => (Flags & EndStreamFlag) != 0;

    public bool EndsHeaders => (Flags & EndHeadersFlag) != 0;

    public bool IsPadded => (Flags & PaddedFlag) != 0;

    public bool HasPriority => (Flags & PriorityFlag) != 0;

    /// <param name="bytes">At least <see cref="Size"/>.</param>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes) => new(
        bytes[0] << 16 | BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]),
        (FrameType)bytes[3],
        bytes[4],
        BinaryPrimitives.ReadInt32BigEndian(bytes[5..]) & int.MaxValue);

    public static void Write(Span<byte> bytes, int length, FrameType type, byte flags, int streamId)
    {
        bytes[0] = (byte)(length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], (ushort)length);
        bytes[3] = (byte)type;
        bytes[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes[5..], streamId);
    }
}
