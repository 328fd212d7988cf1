using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MeshProxy.Netfilter.Netlink;

/// <summary>
/// Walks the attributes of a message or of a nested attribute. What does not fit ends the walk: the kernel does not send it.
/// </summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private const ushort TypeMask = 0x3fff;
    private ReadOnlySpan<byte> _rest = bytes;

    public int Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly byte UInt8 => Value[0];

    public readonly uint UInt32 => BinaryPrimitives.ReadUInt32BigEndian(Value);

    public readonly ulong UInt64 => BinaryPrimitives.ReadUInt64BigEndian(Value);

    public readonly string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    public readonly NetlinkAttributes Nested => new(Value);

    public bool Next()
    {
        if (_rest.Length < 4)
            return false;
        var length = MemoryMarshal.Read<ushort>(_rest);
        if (length < 4 || length > _rest.Length)
            return false;
        Type = MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask;
        Value = _rest[4..length];
        _rest = _rest[Math.Min(_rest.Length, length + 3 & ~3)..];
        return true;
    }

    /// <summary>The first attribute of that type, or an empty value.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> bytes, int type)
    {
        var attributes = new NetlinkAttributes(bytes);
        while (attributes.Next())
        {
            if (attributes.Type == type)
                return attributes.Value;
        }
        return default;
    }

    public static string FindText(ReadOnlySpan<byte> bytes, int type) => Encoding.UTF8.GetString(Find(bytes, type).TrimEnd((byte)0));
}
