using System.Globalization;

namespace MeshProxy.PodTests.Support.Processes;

/// <summary>What proc_pid_status(5) tells of a process.</summary>
internal static class ProcessStatus
{
    /// <param name="field">Its name, such as <c>VmRSS</c>: memory is in KiB.</param>
    public static long Read(int pid, string field) => long.Parse(
        Text(pid, field)?.Split(' ')[0] ?? throw new InvalidOperationException($"process {pid} is gone"), CultureInfo.InvariantCulture);

    /// <summary>Null where the process is gone.</summary>
    public static string? Text(int pid, string field)
    {
        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status");
            return File.ReadLines(path).Single(line => line.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..].Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
