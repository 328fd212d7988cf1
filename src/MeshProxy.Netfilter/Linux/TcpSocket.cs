using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.Linux;

/// <summary>
/// A TCP socket for the self-test, in the calling thread's namespace. Outcomes are error numbers: a refused or lost connection is what the
/// test is about. It closes by reset, so that no TIME_WAIT keeps the proxy from its port.
/// </summary>
internal sealed partial class TcpSocket : IDisposable
{
    private const int StreamNonblockCloexec = 1 | 0x800 | 0x80000;
    private const int AcceptNonblockCloexec = 0x800 | 0x80000;
    private const int SolSocket = 1;
    private const int SoReuseAddress = 2;
    private const int SoError = 4;
    private const int SoLinger = 13;
    private const int SoMark = 36;
    private const int SolIp = 0;
    private const int IpTransparent = 19;
    private const int SolIp6 = 41;
    private const int Ip6Only = 26;
    private const int Ip6Transparent = 75;
    private const int OriginalDestinationOption = 80; // SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST
    private const int InProgress = 115;
    private const short PollIn = 1;
    private const short PollOut = 4;

    private readonly int _fd;
    private readonly IpFamily _family;

    private TcpSocket(int fd, IpFamily family)
    {
        _fd = fd;
        _family = family;
        ReadOnlySpan<int> onNoSeconds = [1, 0];
        setsockopt(_fd, SolSocket, SoLinger, MemoryMarshal.AsBytes(onNoSeconds), 8);
    }

    public IPEndPoint Local => Name(getsockname);

    public IPEndPoint Peer => Name(getpeername);

    /// <exception cref="NetfilterException">No socket of that family.</exception>
    public static TcpSocket Open(IpFamily family)
    {
        var fd = socket(family == IpFamily.V4 ? 2 : 10, StreamNonblockCloexec, 0);
        if (fd < 0)
            throw new NetfilterException(
                FailureKind.OperatingSystem, $"the self-test got no socket: {Errno.Text(Marshal.GetLastPInvokeError())}");
        var opened = new TcpSocket(fd, family);
        if (family == IpFamily.V6)
            opened.SetOption(SolIp6, Ip6Only, 1);
        return opened;
    }

    public void Dispose() => close(_fd);

    /// <returns>0 or an error number.</returns>
    public int SetMark(uint mark) => SetOption(SolSocket, SoMark, (int)mark);

    /// <returns>0 or an error number.</returns>
    public int SetTransparent() => _family == IpFamily.V4 ? SetOption(SolIp, IpTransparent, 1) : SetOption(SolIp6, Ip6Transparent, 1);

    /// <returns>0 or an error number.</returns>
    public int Bind(IPEndPoint endpoint)
    {
        SetOption(SolSocket, SoReuseAddress, 1);
        Span<byte> buffer = stackalloc byte[SocketAddress.Longest];
        var address = SocketAddress.Write(buffer, endpoint);
        return Result(bind(_fd, address, (uint)address.Length));
    }

    /// <returns>0 or an error number.</returns>
    public int Listen() => Result(listen(_fd, 16));

    /// <returns>0 or an error number; ETIMEDOUT after <paramref name="patience"/>.</returns>
    public int Connect(IPEndPoint endpoint, TimeSpan patience)
    {
        Span<byte> buffer = stackalloc byte[SocketAddress.Longest];
        var address = SocketAddress.Write(buffer, endpoint);
        var errno = Result(connect(_fd, address, (uint)address.Length));
        if (errno != InProgress)
            return errno;
        return Wait(PollOut, patience) ? PendingError() : Errno.TimedOut;
    }

    /// <summary>The next connection, or null where none comes in time.</summary>
    public TcpSocket? Accept(TimeSpan patience)
    {
        if (!Wait(PollIn, patience))
            return null;
        var fd = accept4(_fd, 0, 0, AcceptNonblockCloexec);
        return fd < 0 ? null : new TcpSocket(fd, _family);
    }

    /// <summary>Where the client meant to connect to, by conntrack; null where the connection was not redirected.</summary>
    public IPEndPoint? OriginalDestination()
    {
        Span<byte> buffer = stackalloc byte[SocketAddress.Longest];
        var length = (uint)buffer.Length;
        var level = _family == IpFamily.V4 ? SolIp : SolIp6;
        return getsockopt(_fd, level, OriginalDestinationOption, buffer, ref length) == 0 ? SocketAddress.Read(buffer) : null;
    }

    private int PendingError()
    {
        Span<byte> error = stackalloc byte[4];
        var length = 4u;
        return getsockopt(_fd, SolSocket, SoError, error, ref length) == 0 ? MemoryMarshal.Read<int>(error) : Marshal.GetLastPInvokeError();
    }

    private bool Wait(short events, TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var rest = patience - Stopwatch.GetElapsedTime(start);
            var entry = new PollEntry { Descriptor = _fd, Events = events };
            var ready = poll(ref entry, 1, Math.Max(0, (int)Math.Ceiling(rest.TotalMilliseconds)));
            if (ready > 0)
                return true;
            if (ready == 0 || Marshal.GetLastPInvokeError() != Errno.Interrupted)
                return false;
        }
    }

    private delegate int NameCall(int fd, Span<byte> address, ref uint length);

    private IPEndPoint Name(NameCall call)
    {
        Span<byte> buffer = stackalloc byte[SocketAddress.Longest];
        var length = (uint)buffer.Length;
        return call(_fd, buffer, ref length) == 0 ? SocketAddress.Read(buffer) : new IPEndPoint(IPAddress.Any, 0);
    }

    private int SetOption(int level, int option, int value) =>
        Result(setsockopt(_fd, level, option, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)), 4));

    private static int Result(int returned) => returned < 0 ? Marshal.GetLastPInvokeError() : 0;

    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int fd, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(int fd, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int fd, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int fd, nint address, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockname(int fd, Span<byte> address, ref uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getpeername(int fd, Span<byte> address, ref uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int option, ReadOnlySpan<byte> value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int fd, int level, int option, Span<byte> value, ref uint length);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
