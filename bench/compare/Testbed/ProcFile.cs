using System.Globalization;

namespace MeshProxy.Compare.Testbed;

/// <summary>What proc(5) tells about a process. A process or thread that is gone counts as nothing.</summary>
internal static class ProcFile
{
    /// <summary>_SC_CLK_TCK, which Linux fixes at 100 for user space.</summary>
    private const double TicksPerSecond = 100;

    public static int[] Children(int pid) => [.. Read($"/proc/{pid}/task/{pid}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];

    /// <summary>
    /// utime + stime of /proc/PID/stat, in seconds: all threads, ended ones too. The kernel scales the two so that their sum is the exact
    /// run time, given in ticks of 10 ms.
    /// </summary>
    public static double CpuSeconds(int pid)
    {
        var stat = Read($"/proc/{pid}/stat");
        if (stat.Length == 0)
            return 0;
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Run time of the threads alive now, in seconds, from their schedstat: nanoseconds on the CPU.</summary>
    public static double ScheduledSeconds(int pid) => Threads(pid)
        .Select(thread => Read(thread + "/schedstat"))
        .Where(text => text.Length > 0)
        .Sum(text => Number(text.Split(' ')[0]) / 1e9);

    /// <summary>VmRSS in KiB.</summary>
    public static long ResidentKiB(int pid) => Read($"/proc/{pid}/status").Split('\n')
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Sum(line => (long)Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));

    private static string[] Threads(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
