using System.Runtime.InteropServices;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Linux;

/// <summary>getsockopt(2), setsockopt(2) and the socket ioctls; the names are those of socket(7), tcp(7), ip(7), ipv6(7).</summary>
internal static unsafe partial class SocketOptionCalls
{
    private const int SolIp = 0;
    private const int SolSocket = 1;
    private const int SolTcp = 6;
    private const int SolIpv6 = 41;
    private const int SoOriginalDestination = 80;
    private const int Ipv6Only = 26;
    private const nuint QueuedUnacknowledged = 0x5411; // SIOCOUTQ
    private const nuint AtMark = 0x8905; // SIOCATMARK
    private const int InfoSize = 104; // struct tcp_info up to tcpi_total_retrans, Linux 2.6 on
    private const int InfoUnacknowledged = 24; // packets
    private const int InfoLastDataSent = 44;
    private const int InfoLastAckReceived = 56;

    public static IoResult ReuseAddress(int descriptor) => Set(descriptor, SolSocket, 2, 1);

    public static IoResult ReusePort(int descriptor) => Set(descriptor, SolSocket, 15, 1);

    public static IoResult V6Only(int descriptor) => Set(descriptor, SolIpv6, Ipv6Only, 1);

    public static IoResult Mark(int descriptor, int mark) => Set(descriptor, SolSocket, 36, mark);

    public static IoResult NoDelay(int descriptor) => Set(descriptor, SolTcp, 1, 1);

    public static IoResult NotSentLowWater(int descriptor, int bytes) => Set(descriptor, SolTcp, 25, bytes);

    public static IoResult KeepAlive(int descriptor, bool on) => Set(descriptor, SolSocket, 9, on ? 1 : 0);

    public static IoResult KeepAliveIdle(int descriptor, int seconds) => Set(descriptor, SolTcp, 4, seconds);

    public static IoResult KeepAliveInterval(int descriptor, int seconds) => Set(descriptor, SolTcp, 5, seconds);

    public static IoResult KeepAliveCount(int descriptor, int probes) => Set(descriptor, SolTcp, 6, probes);

    public static IoResult UserTimeout(int descriptor, int milliseconds) => Set(descriptor, SolTcp, 18, milliseconds);

    /// <summary>SO_LINGER with zero time: the next close sends RST and drops what was not acknowledged.</summary>
    public static IoResult LingerZero(int descriptor)
    {
        var linger = stackalloc int[2] { 1, 0 };
        return IoResult.From(setsockopt(descriptor, SolSocket, 13, linger, 2 * sizeof(int)));
    }

    /// <summary>SO_ERROR, which reading clears.</summary>
    public static Errno PendingError(int descriptor)
    {
        int error;
        uint size = sizeof(int);
        return getsockopt(descriptor, SolSocket, 4, &error, &size) == 0 ? (Errno)error : Errno.EBADF;
    }

    /// <summary>
    /// SO_ORIGINAL_DST or IP6T_SO_ORIGINAL_DST. ENOENT: conntrack knows nothing of the connection. Without a redirect, but with conntrack
    /// at work, the kernel answers with the socket's own address and no error.
    /// </summary>
    public static bool TryGetOriginalDestination(int descriptor, bool v4, out SocketEndpoint destination)
    {
        var address = stackalloc byte[SocketAddress.MaxSize];
        uint size = v4 ? 16u : SocketAddress.MaxSize;
        var got = getsockopt(descriptor, v4 ? SolIp : SolIpv6, SoOriginalDestination, address, &size) == 0;
        destination = got ? SocketAddress.Read(new ReadOnlySpan<byte>(address, SocketAddress.MaxSize)) : default;
        return got;
    }

    /// <summary>Bytes sent and not acknowledged yet, unsent ones included.</summary>
    public static int UnacknowledgedBytes(int descriptor)
    {
        int bytes = 0;
        return ioctl(descriptor, QueuedUnacknowledged, &bytes) == 0 ? bytes : 0;
    }

    /// <summary>Whether the urgent byte is the next of the stream.</summary>
    public static bool IsAtUrgentMark(int descriptor)
    {
        int atMark = 0;
        return ioctl(descriptor, AtMark, &atMark) == 0 && atMark != 0;
    }

    /// <summary>Null where the kernel does not say.</summary>
    public static PeerSilence? SilenceOf(int descriptor)
    {
        var info = stackalloc byte[InfoSize];
        uint size = InfoSize;
        var got = getsockopt(descriptor, SolTcp, 11, info, &size) == 0 && size >= InfoLastAckReceived + sizeof(int);
        return got
            ? new PeerSilence(*(int*)(info + InfoLastAckReceived), *(int*)(info + InfoLastDataSent), IsEndInFlight(info))
            : null;
    }

    /// <summary>tcpi_state is the first byte, its values those of tcp_states.h.</summary>
    private static bool IsEndInFlight(byte* info)
    {
        const byte finWait1 = 4, lastAck = 9, closing = 11;
        return *info is finWait1 or lastAck or closing && *(int*)(info + InfoUnacknowledged) > 0;
    }

    private static IoResult Set(int descriptor, int level, int name, int value) =>
        IoResult.From(setsockopt(descriptor, level, name, &value, sizeof(int)));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int descriptor, int level, int name, void* value, uint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int descriptor, int level, int name, void* value, uint* size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, void* argument);
}
