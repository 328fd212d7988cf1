using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Linux;

/// <summary>
/// Sockets: socket(2), bind(2), listen(2), accept4(2), connect(2), recv(2), send(2), shutdown(2), close(2). All non-blocking.
/// </summary>
internal static unsafe partial class SocketCalls
{
    private const int Stream = 1;
    private const int Datagram = 2;
    private const int NonBlockingCloseOnExec = 0x800 | 0x80000;
    private const int OutOfBand = 0x1;
    private const int Peeking = 0x2;
    private const int NoSignal = 0x4000;
    private const int ShutdownWrite = 1;

    // asm/unistd_64.h of x86, and asm-generic/unistd.h of all others.
    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly nint SendTo = IsX64 ? 44 : 206;
    private static readonly nint ReceiveFrom = IsX64 ? 45 : 207;

    public static IoResult CreateStream(ushort family) => IoResult.From(socket(family, Stream | NonBlockingCloseOnExec, 0));

    public static IoResult CreateDatagram(ushort family) => IoResult.From(socket(family, Datagram | NonBlockingCloseOnExec, 0));

    public static IoResult Bind(int descriptor, SocketEndpoint endpoint)
    {
        var address = stackalloc byte[SocketAddress.MaxSize];
        var size = SocketAddress.Write(new Span<byte>(address, SocketAddress.MaxSize), endpoint);
        return IoResult.From(bind(descriptor, address, (uint)size));
    }

    public static IoResult Listen(int descriptor, int backlog) => IoResult.From(listen(descriptor, backlog));

    public static IoResult Accept(int listener) => IoResult.From(accept4(listener, null, null, NonBlockingCloseOnExec));

    /// <summary>EINPROGRESS is the usual answer; the outcome comes as an event, and as SO_ERROR where it is a failure.</summary>
    public static IoResult Connect(int descriptor, SocketEndpoint endpoint)
    {
        var address = stackalloc byte[SocketAddress.MaxSize];
        var size = SocketAddress.Write(new Span<byte>(address, SocketAddress.MaxSize), endpoint);
        return IoResult.From(connect(descriptor, address, (uint)size));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IoResult Receive(int descriptor, byte* buffer, int count) =>
        IoResult.From(syscall(ReceiveFrom, descriptor, buffer, (nuint)count, 0, null, null));

    public static IoResult Peek(int descriptor, byte* buffer, int count) => IoResult.From(recv(descriptor, buffer, (nuint)count, Peeking));

    public static IoResult ReceiveUrgent(int descriptor, byte* buffer) => IoResult.From(recv(descriptor, buffer, 1, OutOfBand));

    /// <summary>MSG_NOSIGNAL: a peer that has gone is EPIPE, not a signal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IoResult Send(int descriptor, byte* buffer, int count) =>
        IoResult.From(syscall(SendTo, descriptor, buffer, (nuint)count, NoSignal, null, null));

    public static IoResult SendUrgent(int descriptor, byte* buffer) => IoResult.From(send(descriptor, buffer, 1, NoSignal | OutOfBand));

    public static IoResult ShutdownSend(int descriptor) => IoResult.From(shutdown(descriptor, ShutdownWrite));

    public static SocketEndpoint LocalEndpoint(int descriptor) => Endpoint(descriptor, &getsockname);

    public static SocketEndpoint PeerEndpoint(int descriptor) => Endpoint(descriptor, &getpeername);

    /// <summary>On Linux the descriptor is gone even where close reports EINTR (close(2)); it must not be closed again.</summary>
    public static void Close(int descriptor) => _ = close(descriptor);

    private static SocketEndpoint Endpoint(int descriptor, delegate*<int, void*, uint*, int> call)
    {
        var address = stackalloc byte[SocketAddress.MaxSize];
        uint size = SocketAddress.MaxSize;
        return call(descriptor, address, &size) == 0 ? SocketAddress.Read(new ReadOnlySpan<byte>(address, SocketAddress.MaxSize)) : default;
    }

    /// <summary>
    /// send(2) and recv(2) as syscall(2) makes them, for the bytes that are relayed: in a process with threads, libc's own functions make
    /// themselves a point of cancellation and take that back, with an atomic operation each time. Gain: 7 ns of 155 a call
    /// (SystemCallBenchmarks).
    /// </summary>
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint descriptor, void* buffer, nuint count, nint flags, void* address, void* size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, void* address, uint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(int descriptor, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int descriptor, void* address, uint* size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int descriptor, void* address, uint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, void* buffer, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int descriptor, void* buffer, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(int descriptor, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockname(int descriptor, void* address, uint* size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getpeername(int descriptor, void* address, uint* size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
