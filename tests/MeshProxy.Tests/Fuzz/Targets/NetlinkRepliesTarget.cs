using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MeshProxy.Netfilter.Netlink;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>
/// What the kernel sends in one piece: every message lies within it, behind the one before, and an error is never taken for none.
/// </summary>
internal sealed class NetlinkRepliesTarget() : FuzzTarget("netlink-replies")
{
    private const ushort Error = 2;
    private const ushort Done = 3;
    private const ushort Rule = 0x0a06;
    private const ushort Multi = 2;
    private const ushort ErrorHasAttributes = 0x200;

    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        Message(Error, 0, Refusal(0, 7)),
        Message(
            Error, ErrorHasAttributes, [.. Refusal(-22, 3), .. Attribute(1, "no such\0\0\0\0\0"u8), .. Attribute(2, [36, 0, 0, 0])]),
        [
            .. Message(Rule, Multi, [2, 0, 0, 0, .. Attribute(1, "meshproxy\0\0\0"u8)]), .. Message(Rule, Multi | 0x10, [2, 0, 0, 0]),
            .. Message(Done, Multi, [0, 0, 0, 0]),
        ],
    ];

    /// <summary>Lengths, types and flags that mean something.</summary>
    public override ReadOnlySpan<byte> Telling => [0, 1, 2, 3, 4, 15, 16, 17, 20, 35, 36, 0x7f, 0x80, 0xff];

    public override void Read(byte[] input, Random random)
    {
        var replies = new NetlinkReplies(input);
        var taken = 0;
        while (replies.Next())
        {
            taken += NetlinkMessages.HeaderLength + replies.Body.Length;
            Assert.True(taken <= input.Length, $"{taken} bytes were taken of {input.Length}");
            _ = replies.Flags;
            if (replies.IsError)
                ReadError(replies);
            else
                Assert.True(!replies.IsLast || replies.Body.Length >= 4 || replies.Errno == 0);
        }
    }

    private static void ReadError(in NetlinkReplies reply)
    {
        var error = reply.Error();
        Assert.Equal(reply.Errno, error.Errno);
        Assert.True(error.Errno != 0 || reply.Body is [0, 0, 0, 0, ..], "an error was taken for none");
        Assert.True(error.Explanation.Length <= reply.Body.Length);
    }

    private static byte[] Refusal(int number, uint sequence)
    {
        var bytes = new byte[4 + NetlinkMessages.HeaderLength];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), sequence);
        return bytes;
    }

    private static byte[] Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        var bytes = new byte[4 + value.Length];
        MemoryMarshal.Write(bytes, (ushort)bytes.Length);
        MemoryMarshal.Write(bytes.AsSpan(2), type);
        value.CopyTo(bytes.AsSpan(4));
        return bytes;
    }

    private static byte[] Message(ushort type, ushort flags, ReadOnlySpan<byte> body)
    {
        var bytes = new byte[NetlinkMessages.HeaderLength + body.Length];
        MemoryMarshal.Write(bytes, bytes.Length);
        MemoryMarshal.Write(bytes.AsSpan(4), type);
        MemoryMarshal.Write(bytes.AsSpan(6), flags);
        body.CopyTo(bytes.AsSpan(NetlinkMessages.HeaderLength));
        return bytes;
    }
}
