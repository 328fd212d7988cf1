using System.Buffers.Binary;
using System.Text;

namespace MeshProxy.Tests.Http.Http2;

/// <summary>Frames as a peer writes them.</summary>
internal static class Frames
{
    public const byte DataType = 0;
    public const byte HeadersType = 1;
    public const byte ResetType = 3;
    public const byte SettingsType = 4;
    public const byte PingType = 6;
    public const byte GoAwayType = 7;
    public const byte WindowUpdateType = 8;

    public const byte EndStream = 1;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;
    public const byte Padded = 8;
    public const byte Priority = 0x20;

    public static byte[] Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    /// <summary>What a client begins with.</summary>
    public static byte[] ClientStart => [.. Preface, .. Settings()];

    public static byte[] Frame(byte type, byte flags, int stream, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        frame[1] = (byte)(payload.Length >> 8);
        frame[2] = (byte)payload.Length;
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    public static byte[] Data(int stream, int length, byte flags = 0) => Frame(0, flags, stream, new byte[length]);

    public static byte[] Headers(int stream, byte flags, params (string Name, string Value)[] fields) =>
        Frame(1, (byte)(flags | EndHeaders), stream, Block(fields));

    /// <summary>A GET without body.</summary>
    public static byte[] Get(int stream, string path = "/a") =>
        Headers(stream, EndStream, (":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "h"));

    /// <summary>The head of a gRPC call.</summary>
    public static byte[] Call(int stream) =>
        Headers(stream, 0, (":method", "POST"), (":path", "/p.S/M"), (":authority", "h"), ("content-type", "application/grpc+proto"));

    public static byte[] Reset(int stream, uint code = 8)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, code);
        return Frame(3, 0, stream, payload);
    }

    public static byte[] Settings(params (int Id, uint Value)[] settings)
    {
        var payload = new byte[settings.Length * 6];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), (ushort)settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(i * 6 + 2), settings[i].Value);
        }
        return Frame(4, 0, 0, payload);
    }

    public static byte[] Ping(byte flags = 0) => Frame(6, flags, 0, new byte[8]);

    public static byte[] WindowUpdate(int stream) => Frame(8, 0, stream, 0, 0, 0, 1);

    /// <summary>Whole frames and nothing behind them, each as its type, stream and payload.</summary>
    public static List<(byte Type, int Stream, byte[] Payload)> Parse(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<(byte, int, byte[])>();
        while (bytes.Length > 0)
        {
            var length = bytes[0] << 16 | bytes[1] << 8 | bytes[2];
            frames.Add((bytes[3], BinaryPrimitives.ReadInt32BigEndian(bytes[5..]), bytes.Slice(9, length).ToArray()));
            bytes = bytes[(9 + length)..];
        }
        return frames;
    }

    /// <summary>Literals that are not indexed.</summary>
    public static byte[] Block(params (string Name, string Value)[] fields)
    {
        var block = new List<byte>();
        foreach (var (name, value) in fields)
        {
            block.Add(0);
            block.AddRange(Text(name));
            block.AddRange(Text(value));
        }
        return [.. block];
    }

    private static byte[] Text(string text) => text.Length < 127
        ? [(byte)text.Length, .. Encoding.Latin1.GetBytes(text)]
        : [
            127,
            (byte)((text.Length - 127) & 0x7f | 0x80),
            (byte)(((text.Length - 127) >> 7) & 0x7f | 0x80),
            (byte)((text.Length - 127) >> 14),
            .. Encoding.Latin1.GetBytes(text),
        ];
}
