using System.Globalization;

namespace MeshProxy.Transport.Sockets;

/// <summary>
/// How much the memory limit of the container carries. Near its limit a process is not refused memory: its code is dropped and read again
/// at every turn, or it is killed. So accepting stops before, and those give way that hold a block longest.
/// </summary>
/// <param name="Connections">Accepted at a time.</param>
/// <param name="Blocks">Of 64 KiB, in all loops.</param>
/// <param name="Pipes">Of 1 MiB, in all loops.</param>
public readonly record struct MemoryBudget(long Connections, int Blocks, int Pipes)
{
    /// <summary>
    /// Code 44 MiB, data 6 to 8 MiB: what a sidecar in use holds with no connection. Half of the rest is for connections.
    /// </summary>
    private const long Occupied = 52 << 20;

    /// <summary>State 2 to 4 KiB and as much garbage, two kernel sockets 6 KiB; measured with 2,000 heads that never end.</summary>
    private const long PerConnection = 16 << 10;

    private const string Unified = "/sys/fs/cgroup";
    private const string Old = "/sys/fs/cgroup/memory";

    private const long PerBlock = 64 << 10;
    private const long PerPipe = 1 << 20;

    public static MemoryBudget Unlimited { get; } = new(long.MaxValue, int.MaxValue, int.MaxValue);

    /// <param name="limit">Bytes.</param>
    public static MemoryBudget Of(long limit)
    {
        var half = Math.Max(4 << 20, limit - Occupied) / 2;
        // What slow receivers have not taken lies in blocks, and of fast ones in pipes.
        var inPipes = half / 4;
        return new MemoryBudget(half / PerConnection, AtMost((half - inPipes) / PerBlock), AtMost(inPipes / PerPipe));

        static int AtMost(long count) => (int)Math.Min(int.MaxValue, count);
    }

    /// <summary>
    /// cgroup v2, then v1: the least of the limits of the process's own group and of those above it, as far as they can be seen; in a
    /// container its own group is the root of what it sees. Unlimited where no limit is to be found.
    /// </summary>
    public static MemoryBudget OfThisProcess()
    {
        var limit = long.MaxValue;
        foreach (var line in ReadLines("/proc/self/cgroup"))
        {
            // hierarchy:controllers:path (cgroups(7)); v2 names no controller.
            var parts = line.Split(':', 3);
            if (parts is ["0", "", var path])
                limit = Math.Min(limit, LimitOf(Unified, path, "memory.max"));
            else if (parts is [_, "memory", var old])
                limit = Math.Min(limit, LimitOf(Old, old, "memory.limit_in_bytes"));
        }
        // v1 says "unlimited" as the largest number of whole pages.
        return limit < long.MaxValue / 2 ? Of(limit) : Unlimited;
    }

    /// <summary>The least that any of the groups from this one up to the root says; "max" and no file are no limit.</summary>
    internal static long LimitOf(string root, string group, string file)
    {
        var least = long.MaxValue;
        for (var at = group.TrimEnd('/'); ; at = at[..at.LastIndexOf('/')])
        {
            if (ReadLines($"{root}{at}/{file}") is [var text, ..]
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
                least = Math.Min(least, bytes);
            if (at.Length == 0)
                return least;
        }
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
