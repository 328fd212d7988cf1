using System.Runtime.InteropServices;

namespace MeshProxy.PodTests.Support.Processes;

/// <summary>
/// CPU time spent so far, in user mode and in the kernel, in seconds. To the nanosecond, where /proc/PID/stat counts hundredths.
/// </summary>
internal static partial class CpuTime
{
    private const int ThreadClock = 3;

    public static double OfThisThread => Of(ThreadClock);

    /// <summary>Throws <see cref="InvalidOperationException"/> where the process is gone.</summary>
    public static double OfProcess(int id) => clock_getcpuclockid(id, out var clock) == 0 ? Of(clock) : throw Gone(id);

    private static double Of(int clock) => clock_gettime(clock, out var time) == 0
        ? time.Seconds + time.Nanoseconds / 1e9
        : throw new InvalidOperationException("no such clock");

    private static InvalidOperationException Gone(int id) => new($"process {id} is gone");

    [LibraryImport("libc")]
    private static partial int clock_getcpuclockid(int process, out int clock);

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Time time);

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
