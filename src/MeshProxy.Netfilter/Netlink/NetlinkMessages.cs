using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MeshProxy.Netfilter.Netlink;

/// <summary>
/// Netlink messages, one after the other in one buffer: the header and the family's own (for netfilter nfgenmsg), then attributes aligned
/// to four bytes, some nested (netlink(7)). Header fields are in host order; nearly all attributes of netfilter are in network order.
/// </summary>
internal sealed class NetlinkMessages
{
    public const int HeaderLength = 16;

    /// <summary>Of nfgenmsg: family, version, resource id.</summary>
    public const int NetfilterHeaderLength = 4;
    private const ushort NestedFlag = 0x8000;

    private byte[] _buffer = new byte[4096];
    private int _length;
    private int _messageStart;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Begins a message of netfilter; the one before is complete from then on.</summary>
    public void Begin(ushort type, NetlinkFlags flags, uint sequence, byte family, ushort resource = 0) =>
        Begin(type, flags, sequence, [family, 0, (byte)(resource >> 8), (byte)resource]);

    public void Begin(ushort type, NetlinkFlags flags, uint sequence, ReadOnlySpan<byte> familyHeader)
    {
        _messageStart = _length;
        var header = Take(HeaderLength + familyHeader.Length);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], (ushort)flags);
        MemoryMarshal.Write(header[8..], sequence);
        familyHeader.CopyTo(header[HeaderLength..]);
        CloseMessage();
    }

    /// <summary>Asks for an answer to the message begun last.</summary>
    public void RequestAcknowledgement() => _buffer[_messageStart + 6] |= (byte)NetlinkFlags.Acknowledge;

    /// <summary>The message with that sequence number, header included; empty where there is none.</summary>
    public ReadOnlySpan<byte> Message(uint sequence)
    {
        for (var rest = Bytes; rest.Length >= HeaderLength;)
        {
            var length = MemoryMarshal.Read<int>(rest);
            if (MemoryMarshal.Read<uint>(rest[8..]) == sequence)
                return rest[..length];
            rest = rest[length..];
        }
        return default;
    }

    public void String(int type, string value)
    {
        var attribute = Attribute(type, Encoding.UTF8.GetByteCount(value) + 1);
        Encoding.UTF8.GetBytes(value, attribute);
    }

    public void UInt8(int type, byte value) => Attribute(type, 1)[0] = value;

    public void UInt16(int type, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Attribute(type, 2), value);

    public void UInt32(int type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(Attribute(type, 4), value);

    /// <summary>Verbatim, for values the kernel keeps in host order and for addresses.</summary>
    public void Raw(int type, ReadOnlySpan<byte> value) => value.CopyTo(Attribute(type, value.Length));

    /// <summary>Begins an attribute made of attributes; give what it returns to <see cref="EndNested"/>.</summary>
    public int BeginNested(int type)
    {
        var start = _length;
        Attribute(type | NestedFlag, 0);
        return start;
    }

    public void EndNested(int start)
    {
        MemoryMarshal.Write(_buffer.AsSpan(start), checked((ushort)(_length - start)));
        CloseMessage();
    }

    private Span<byte> Attribute(int type, int length)
    {
        var attribute = Take(4 + (length + 3 & ~3));
        MemoryMarshal.Write(attribute, checked((ushort)(4 + length)));
        MemoryMarshal.Write(attribute[2..], (ushort)type);
        CloseMessage();
        return attribute.Slice(4, length);
    }

    private Span<byte> Take(int length)
    {
        while (_buffer.Length < _length + length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        _length += length;
        return _buffer.AsSpan(_length - length, length);
    }

    private void CloseMessage() => MemoryMarshal.Write(_buffer.AsSpan(_messageStart), (uint)(_length - _messageStart));
}
