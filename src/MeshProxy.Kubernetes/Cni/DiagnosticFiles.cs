using System.Globalization;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>
/// The .NET runtime makes a socket and two pipes for whoever would debug it, in the node's folder for temporary files, and no setting of
/// the executable's own keeps it from that. A call that is killed would leave them for ever; so they go at its start.
/// </summary>
internal static class DiagnosticFiles
{
    public static void Remove()
    {
        try
        {
            var key = $"{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{StartTime()}";
            foreach (var name in new[] { $"dotnet-diagnostic-{key}-socket", $"clr-debug-pipe-{key}-in", $"clr-debug-pipe-{key}-out" })
                File.Delete(Path.Combine(Path.GetTempPath(), name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            // The runtime removes them itself, unless the call is killed.
        }
    }

    /// <summary>In clock ticks since boot, by which the runtime tells processes of one id apart (proc_pid_stat(5), field 22).</summary>
    private static string StartTime()
    {
        var status = File.ReadAllText("/proc/self/stat");
        const int AfterName = 22 - 3;
        return status[(status.LastIndexOf(')') + 2)..].Split(' ')[AfterName];
    }
}
