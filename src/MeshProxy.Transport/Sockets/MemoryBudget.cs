using System.Globalization;

namespace MeshProxy.Transport.Sockets;

/// <summary>
/// How much the memory limit of the container carries. Near its limit a process is not refused memory: its code is dropped and read again
/// at every turn, or it is killed. So accepting stops before, and those give way that hold a block longest.
/// </summary>
/// <param name="Connections">Accepted at a time.</param>
/// <param name="Blocks">Of 64 KiB, in all loops.</param>
public readonly record struct MemoryBudget(long Connections, int Blocks)
{
    /// <summary>
    /// Code 44 MiB, data 6 to 8 MiB: what a sidecar in use holds with no connection. Half of the rest goes to each of the two.
    /// </summary>
    private const long Occupied = 52 << 20;

    /// <summary>State 2 to 4 KiB and as much garbage, two kernel sockets 6 KiB; measured with 2,000 heads that never end.</summary>
    private const long PerConnection = 16 << 10;

    private const string Unified = "/sys/fs/cgroup";
    private const string Old = "/sys/fs/cgroup/memory";

    private const long PerBlock = 64 << 10;

    public static MemoryBudget Unlimited { get; } = new(long.MaxValue, int.MaxValue);

    /// <param name="limit">Bytes.</param>
    public static MemoryBudget Of(long limit)
    {
        var half = Math.Max(4 << 20, limit - Occupied) / 2;
        return new MemoryBudget(half / PerConnection, (int)Math.Min(int.MaxValue, half / PerBlock));
    }

    /// <summary>
    /// cgroup v2, then v1; in a container its own group is the root of what it sees. Unlimited where no limit is to be found.
    /// </summary>
    public static MemoryBudget OfThisProcess()
    {
        var limit = long.MaxValue;
        foreach (var line in ReadLines("/proc/self/cgroup"))
        {
            // hierarchy:controllers:path (cgroups(7)); v2 names no controller.
            var parts = line.Split(':', 3);
            if (parts is ["0", "", var path])
                limit = Math.Min(limit, LimitOf($"{Unified}{path}/memory.max", $"{Unified}/memory.max"));
            else if (parts is [_, "memory", var old])
                limit = Math.Min(limit, LimitOf($"{Old}{old}/memory.limit_in_bytes", $"{Old}/memory.limit_in_bytes"));
        }
        // v1 says "unlimited" as the largest number of whole pages.
        return limit < long.MaxValue / 2 ? Of(limit) : Unlimited;
    }

    /// <summary>The first of the files that can be read; "max" is no limit.</summary>
    private static long LimitOf(params ReadOnlySpan<string> files)
    {
        foreach (var file in files)
        {
            if (ReadLines(file) is [var text, ..])
                return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : long.MaxValue;
        }
        return long.MaxValue;
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
