using System.Runtime.InteropServices;
using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Netfilter.Netlink;

/// <summary>
/// A socket to one of the kernel's netlink subsystems, in the calling thread's network namespace. Blocking: the kernel answers at once, and
/// where it does not within five seconds that is an error.
/// </summary>
internal sealed partial class NetlinkSocket : IDisposable
{
    private const int AfNetlink = 16;
    private const int SockRawCloexec = 3 | 0x80000;
    private const int SolSocket = 1;
    private const int SoReceiveTimeout = 20;
    private const int SoSendBufferForce = 32;
    private const int SoReceiveBufferForce = 33;
    private const int SolNetlink = 270;
    private const int NetlinkCapAck = 10;
    private const int NetlinkExtAck = 11;
    private const int FlagsAt = 6;
    private const int DontWait = 0x40;

    /// <summary>A full dump answer fits: the kernel fills at most 32 KiB at a time.</summary>
    private readonly byte[] _receive = new byte[64 * 1024];
    private readonly int _fd;

    /// <exception cref="NetfilterException">The kernel has no nfnetlink, or a sandbox forbids netlink sockets.</exception>
    public NetlinkSocket(NetlinkProtocol protocol)
    {
        _fd = socket(AfNetlink, SockRawCloexec, (int)protocol);
        if (_fd < 0)
            throw Unavailable(Marshal.GetLastPInvokeError());
        SetOption(SolNetlink, NetlinkCapAck, 1);
        SetOption(SolNetlink, NetlinkExtAck, 1);
        ReadOnlySpan<long> fiveSeconds = [5, 0];
        setsockopt(_fd, SolSocket, SoReceiveTimeout, MemoryMarshal.AsBytes(fiveSeconds), 16);
        // A transaction is one send; long port lists exceed the default buffer. Without NET_ADMIN this fails, and so will the transaction.
        SetOption(SolSocket, SoSendBufferForce, 4 << 20);
        SetOption(SolSocket, SoReceiveBufferForce, 4 << 20);
    }

    /// <param name="body">The family's header, then attributes.</param>
    public delegate void MessageHandler(ReadOnlySpan<byte> body);

    public void Dispose() => close(_fd);

    /// <summary>
    /// Sends, and reads until <paramref name="last"/> is acknowledged. The first error is returned; null where all went well.
    /// </summary>
    public NetlinkError? Transact(NetlinkMessages messages, uint last)
    {
        Send(messages.Bytes);
        try
        {
            return FirstError(last);
        }
        finally
        {
            Drain();
        }
    }

    private NetlinkError? FirstError(uint last)
    {
        NetlinkError? first = null;
        var done = false;
        while (!done)
        {
            var replies = new NetlinkReplies(Receive());
            while (replies.Next())
            {
                if (!replies.IsError)
                    continue;
                var error = replies.Error();
                if (error.Errno != 0)
                    first ??= error;
                // A refused transaction is not always acknowledged to its end; or more follows, which the next request must not read.
                done |= error.Sequence == last || error.Errno != 0;
            }
        }
        return first;
    }

    /// <summary>
    /// Sends a request and hands over each message of the answer: one, or for a dump all up to the message that ends it. (What is not a
    /// dump ends with its first message whatever its flags say: conntrack's timeouts come flagged as a part of many, and are not.) False
    /// where the rules changed meanwhile, so that the answer is a mixture.
    /// </summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public bool Query(NetlinkMessages request, MessageHandler handler)
    {
        Send(request.Bytes);
        try
        {
            return TakeAll(request, handler);
        }
        finally
        {
            Drain();
        }
    }

    private bool TakeAll(NetlinkMessages request, MessageHandler handler)
    {
        var isDump = ((NetlinkFlags)MemoryMarshal.Read<ushort>(request.Bytes[FlagsAt..])).HasFlag(NetlinkFlags.Dump);
        var consistent = true;
        var done = false;
        while (!done)
        {
            var replies = new NetlinkReplies(Receive());
            while (replies.Next())
            {
                consistent &= (replies.Flags & NetlinkFlags.DumpInterrupted) == 0;
                done |= Take(replies, handler) || !isDump;
            }
        }
        return consistent;
    }

    /// <summary>True where the answer ends.</summary>
    private static bool Take(in NetlinkReplies reply, MessageHandler handler)
    {
        if (!reply.IsLast)
        {
            handler(reply.Body);
            return false;
        }
        return reply.Errno == 0 ? true : throw new NetlinkException(reply.Errno);
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        if (send(_fd, bytes, bytes.Length, 0) < 0)
            throw new NetlinkException(Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// Throws away what is left of an answer. The kernel has queued all of it by the time that sending returns, but for dumps.
    /// </summary>
    private void Drain()
    {
        while (recv(_fd, _receive, _receive.Length, DontWait) > 0)
        {
        }
    }

    private ReadOnlySpan<byte> Receive()
    {
        while (true)
        {
            var length = recv(_fd, _receive, _receive.Length, 0);
            if (length >= 0)
                return _receive.AsSpan(0, (int)length);
            if (Marshal.GetLastPInvokeError() is var errno and not Errno.Interrupted)
                throw new NetlinkException(errno == Errno.Again ? Errno.TimedOut : errno);
        }
    }

    private static NetfilterException Unavailable(int errno) => errno switch
    {
        Errno.ProtocolUnsupported or Errno.FamilyUnsupported => new NetfilterException(
            FailureKind.Unsupported, "this kernel has no netfilter netlink (CONFIG_NETFILTER_NETLINK)", "try --backend iptables-legacy"),
        _ => new NetfilterException(
            FailureKind.OperatingSystem, $"no netlink socket: {Errno.Text(errno)}",
            "a seccomp profile that forbids AF_NETLINK would do this"),
    };

    private void SetOption(int level, int option, int value) =>
        setsockopt(_fd, level, option, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)), 4);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int option, ReadOnlySpan<byte> value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, ReadOnlySpan<byte> buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int fd, Span<byte> buffer, nint length, int flags);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
