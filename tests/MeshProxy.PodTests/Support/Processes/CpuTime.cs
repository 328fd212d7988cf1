using System.Globalization;

namespace MeshProxy.PodTests.Support.Processes;

internal static class CpuTime
{
    /// <summary>USER_HZ, 100 on every architecture .NET runs on: the unit of the times in /proc/PID/stat (proc(5)).</summary>
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of a process since it began, in seconds.</summary>
    public static double OfProcess(int id)
    {
        // The name, field 2, may hold blanks; it ends with the last parenthesis. utime and stime are fields 14 and 15.
        var fields = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat")).Split(')')[^1].Split(' ');
        return (Ticks(fields[12]) + Ticks(fields[13])) / TicksPerSecond;
    }

    private static long Ticks(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
