using System.Text;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>The little of the protobuf encoding that a few messages of strings need: fields of a number, varint or with a length.</summary>
internal sealed class ProtobufMessage
{
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public ProtobufMessage With(int field, string text) => With(field, Encoding.UTF8.GetBytes(text));

    public ProtobufMessage With(int field, ProtobufMessage message) => With(field, message.ToArray());

    public ProtobufMessage With(int field, bool truth)
    {
        Varint((uint)field << 3);
        Varint(truth ? 1u : 0u);
        return this;
    }

    /// <summary>A map is a repeated message of a key and a value.</summary>
    public ProtobufMessage With(int field, IEnumerable<KeyValuePair<string, string>> map)
    {
        foreach (var (key, value) in map)
            With(field, new ProtobufMessage().With(1, key).With(2, value));
        return this;
    }

    /// <summary>The fields with a length, in order.</summary>
    public static IEnumerable<(int Field, byte[] Value)> Read(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            if ((key & 7) != 2)
            {
                Varint(message, ref at);
                continue;
            }
            var length = (int)Varint(message, ref at);
            yield return ((int)(key >> 3), message[at..(at + length)]);
            at += length;
        }
    }

    private ProtobufMessage With(int field, byte[] value)
    {
        Varint((uint)field << 3 | 2);
        Varint((uint)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void Varint(uint value)
    {
        for (; value > 127; value >>= 7)
            _bytes.WriteByte((byte)(value | 128));
        _bytes.WriteByte((byte)value);
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
                return value;
        }
    }
}
