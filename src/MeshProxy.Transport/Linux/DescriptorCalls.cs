using System.Runtime.InteropServices;

namespace MeshProxy.Transport.Linux;

/// <summary>getrlimit(2) of open files, and a spare descriptor (open(2) of /dev/null).</summary>
internal static unsafe partial class DescriptorCalls
{
    private const int NoFile = 7;
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>The soft limit of open descriptors of this process.</summary>
    public static long Limit()
    {
        var limits = stackalloc ulong[2];
        return getrlimit(NoFile, limits) == 0 ? (long)Math.Min(limits[0], int.MaxValue) : 1024;
    }

    public static IoResult OpenSpare()
    {
        fixed (byte* path = "/dev/null"u8)
            return IoResult.From(open(path, ReadOnlyCloseOnExec, 0));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, ulong* limits);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags, int mode);
}
