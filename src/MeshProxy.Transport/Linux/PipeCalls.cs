using System.Runtime.InteropServices;

namespace MeshProxy.Transport.Linux;

/// <summary>pipe2(2) and splice(2): pages move from socket to pipe to socket, and no byte is copied through this process.</summary>
internal static unsafe partial class PipeCalls
{
    private const int NonBlockingCloseOnExec = 0x800 | 0x80000;
    private const int SetPipeSize = 1031;
    private const uint MoveNonBlocking = 0x1 | 0x2;

    public static IoResult Create(out int readEnd, out int writeEnd)
    {
        var ends = stackalloc int[2];
        var created = IoResult.From(pipe2(ends, NonBlockingCloseOnExec));
        (readEnd, writeEnd) = (ends[0], ends[1]);
        return created;
    }

    /// <summary>EPERM where the user's pipes hold more than pipe-user-pages-soft already (pipe(7)): the pipe keeps its size.</summary>
    public static IoResult Resize(int pipe, int bytes) => IoResult.From(fcntl(pipe, SetPipeSize, bytes));

    public static IoResult Splice(int from, int to, int count) =>
        IoResult.From(splice(from, null, to, null, (nuint)count, MoveNonBlocking));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint splice(int from, long* fromOffset, int to, long* toOffset, nuint count, uint flags);
}
