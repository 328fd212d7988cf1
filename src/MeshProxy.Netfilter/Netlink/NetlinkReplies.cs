using System.Runtime.InteropServices;
using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Netfilter.Netlink;

/// <summary>
/// Walks the messages that the kernel sent in one piece (netlink(7)). What does not fit ends the walk: the kernel does not send it.
/// </summary>
internal ref struct NetlinkReplies(ReadOnlySpan<byte> received)
{
    private const int TypeAt = 4;
    private const int FlagsAt = 6;
    private const int TypeError = 2;
    private const int TypeDone = 3;
    private const int ErrorLength = 4 + NetlinkMessages.HeaderLength;
    private const int SequenceInError = 4 + 8;
    private const ushort ErrorHasAttributes = 0x200;
    private const int ErrorText = 1;
    private const int ErrorOffset = 2;

    private ReadOnlySpan<byte> _rest = received;
    private ReadOnlySpan<byte> _header;

    /// <summary>The family's header, then attributes.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>An acknowledgement is one too, of number 0.</summary>
    public readonly bool IsError => Type == TypeError;

    /// <summary>The end of a dump, or of whatever was refused.</summary>
    public readonly bool IsLast => Type is TypeError or TypeDone;

    public readonly NetlinkFlags Flags => (NetlinkFlags)MemoryMarshal.Read<ushort>(_header[FlagsAt..]);

    /// <summary>0 where all went well. An error too short to be one is no acknowledgement: the answer is bad.</summary>
    public readonly int Errno => IsError && Body.Length < ErrorLength ? Linux.Errno.BadMessage
        : Body.Length < sizeof(int) ? 0 : -MemoryMarshal.Read<int>(Body);

    private readonly int Type => MemoryMarshal.Read<ushort>(_header[TypeAt..]);

    public bool Next()
    {
        if (_rest.Length < NetlinkMessages.HeaderLength)
            return false;
        var length = MemoryMarshal.Read<int>(_rest);
        if (length < NetlinkMessages.HeaderLength || length > _rest.Length)
            return false;
        _header = _rest[..NetlinkMessages.HeaderLength];
        Body = _rest[NetlinkMessages.HeaderLength..length];
        _rest = _rest[Math.Min(_rest.Length, length + 3 & ~3)..];
        return true;
    }

    /// <summary>What an error message says: the number, the header of what it is about, then attributes.</summary>
    public readonly NetlinkError Error()
    {
        if (Body.Length < ErrorLength)
            return new NetlinkError(0, Errno, "", 0);
        var sequence = MemoryMarshal.Read<uint>(Body[SequenceInError..]);
        if (((ushort)Flags & ErrorHasAttributes) == 0)
            return new NetlinkError(sequence, Errno, "", 0);
        var attributes = Body[ErrorLength..];
        var offset = NetlinkAttributes.Find(attributes, ErrorOffset);
        return new NetlinkError(
            sequence, Errno, NetlinkAttributes.FindText(attributes, ErrorText), offset.Length == 4 ? MemoryMarshal.Read<int>(offset) : 0);
    }
}
