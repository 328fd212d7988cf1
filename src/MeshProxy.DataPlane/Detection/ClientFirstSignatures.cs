using System.Buffers.Binary;

namespace MeshProxy.DataPlane.Detection;

/// <summary>
/// Names a protocol by the first bytes of a connection that is neither HTTP nor TLS. Looked at once, when that is decided.
/// </summary>
internal static class ClientFirstSignatures
{
    public static ClientFirstSignature Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("SSH-"u8))
            return ClientFirstSignature.Ssh;
        if (bytes.StartsWith("AMQP"u8))
            return ClientFirstSignature.Amqp;
        if (IsRedis(bytes))
            return ClientFirstSignature.Redis;
        if (IsMqtt(bytes))
            return ClientFirstSignature.Mqtt;
        if (IsPostgreSql(bytes))
            return ClientFirstSignature.PostgreSql;
        if (IsMongoDb(bytes))
            return ClientFirstSignature.MongoDb;
        return IsKafka(bytes) ? ClientFirstSignature.Kafka : ClientFirstSignature.Unknown;
    }

    public static string Label(this ClientFirstSignature signature) => signature switch
    {
        ClientFirstSignature.PostgreSql => "postgresql",
        ClientFirstSignature.Redis => "redis",
        ClientFirstSignature.MongoDb => "mongodb",
        ClientFirstSignature.Kafka => "kafka",
        ClientFirstSignature.Amqp => "amqp",
        ClientFirstSignature.Mqtt => "mqtt",
        ClientFirstSignature.Ssh => "ssh",
        _ => "unknown",
    };

    /// <summary>RESP: every command is an array of bulk strings, <c>*2\r\n$…</c>.</summary>
    private static bool IsRedis(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes[0] != '*')
            return false;
        var digits = bytes[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits is > 0 and <= 10 && bytes[(1 + digits)..] is [(byte)'\r', (byte)'\n', ..] or [(byte)'\r'];
    }

    /// <summary>CONNECT packet: its length in 1 to 4 bytes, then the protocol name, "MQTT" or, in 3.1, "MQIsdp".</summary>
    private static bool IsMqtt(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != 0x10)
            return false;
        var lengthBytes = bytes[1..].IndexOfAnyInRange((byte)0, (byte)0x7f) + 1;
        if (lengthBytes is 0 or > 4)
            return false;
        var name = bytes[(1 + lengthBytes)..];
        return name.StartsWith("\0\x04MQTT"u8) || name.StartsWith("\0\x06MQIsdp"u8);
    }

    /// <summary>Length, then protocol 3.x or one of the requests CANCEL, SSL and GSSENC (their codes are 1234 in the upper half).</summary>
    private static bool IsPostgreSql(ReadOnlySpan<byte> bytes)
    {
        const int MaxStartupPacket = 10_000;
        if (bytes.Length < 8 || BinaryPrimitives.ReadUInt32BigEndian(bytes) is < 8 or > MaxStartupPacket)
            return false;
        var code = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        // A parameter name follows the version; Kafka's metadata request, which has the same eight bytes, goes on with a zero.
        if (code >> 16 == 3 && (code & 0xffff) <= 2)
            return bytes.Length > 8 && char.IsAsciiLetter((char)bytes[8]);
        return code is 80877102 or 80877103 or 80877104;
    }

    /// <summary>Little-endian header: length, request id, response-to 0, opcode OP_QUERY, OP_COMPRESSED or OP_MSG.</summary>
    private static bool IsMongoDb(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 16
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes) is >= 16 and <= 48_000_000
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) == 0
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) is 2004 or 2012 or 2013;

    /// <summary>
    /// Length, a known api key and version, correlation id, and a client id whose length (-1 for none) fits into the request.
    /// </summary>
    private static bool IsKafka(ReadOnlySpan<byte> bytes)
    {
        const int HeaderLength = 10;
        if (bytes.Length < 4 + HeaderLength)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        var clientId = BinaryPrimitives.ReadInt16BigEndian(bytes[12..]);
        return length is >= HeaderLength and <= 100_000_000
            && BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) <= 100
            && BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) <= 20
            && clientId >= -1 && clientId <= length - HeaderLength;
    }
}
