using System.Globalization;

namespace MeshProxy.PodTests.Support.Processes;

/// <summary>What proc_pid_status(5) tells of a process.</summary>
internal static class ProcessStatus
{
    /// <param name="field">Its name, such as <c>VmRSS</c>: memory is in KiB.</param>
    public static long Read(int pid, string field)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status");
        var line = File.ReadLines(path).Single(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
