using System.Runtime.InteropServices;

namespace MeshProxy.PodTests.Floods;

/// <summary>CPU time of the calling thread, in seconds (clock_gettime(2)).</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static double Seconds => clock_gettime(ThreadCpuTime, out var time) == 0
        ? time.Seconds + time.Nanoseconds / 1e9
        : throw new InvalidOperationException("no CPU clock for threads");

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Time time);

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
