using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MeshProxy.Compare.Load;

/// <summary>
/// CLOCK_MONOTONIC, which is what <see cref="Stopwatch"/> reads on Linux, in nanoseconds, and sleep until a point of it. Thread.Sleep
/// counts whole milliseconds from now; a fixed rate needs absolute times.
/// </summary>
internal static partial class PreciseClock
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    private const int ClockMonotonic = 1;
    private const int TimerAbsTime = 1;
    private const int PrSetTimerSlack = 29;

    public static long Now => Stopwatch.GetTimestamp() * (NanosecondsPerSecond / Stopwatch.Frequency);

    /// <summary>
    /// The kernel may wake this thread 50 µs late to save power (prctl(2), PR_SET_TIMERSLACK); not when latency is what is measured.
    /// </summary>
    public static void WakeThisThreadOnTime() => SetProcessControl(PrSetTimerSlack, 1, 0, 0, 0);

    /// <summary>Returns at once where the time has passed. EINTR is the only error possible here, and the loop's answer to it.</summary>
    public static void SleepUntil(long nanoseconds)
    {
        var until = new TimeSpec(nanoseconds / NanosecondsPerSecond, nanoseconds % NanosecondsPerSecond);
        while (NanoSleep(ClockMonotonic, TimerAbsTime, in until, 0) != 0)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int NanoSleep(int clock, int flags, in TimeSpec until, nint remaining);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int SetProcessControl(int option, nuint value, nuint unused3, nuint unused4, nuint unused5);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec(long seconds, long nanoseconds)
    {
        private readonly nint _seconds = (nint)seconds;
        private readonly nint _nanoseconds = (nint)nanoseconds;
    }
}
