using System.Globalization;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Endurance;

/// <summary>What a sidecar holds at one moment.</summary>
/// <param name="Seconds">Since the traffic began.</param>
internal readonly record struct ProcessSample(double Seconds, double ResidentMiB, int Descriptors, int Threads, int Series, double Open)
{
    public static async Task<ProcessSample> TakeAsync(Sidecar sidecar, double seconds)
    {
        var metrics = await sidecar.Admin.MetricsAsync();
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{sidecar.Process.Id}");
        return new ProcessSample(
            seconds,
            Status(folder, "VmRSS:") / 1024.0,
            CountDescriptors(folder),
            (int)Status(folder, "Threads:"),
            metrics.Text.Split('\n').Count(line => line.Length > 0 && line[0] != '#'),
            metrics.Sum("meshproxy_connections_open"));
    }

    /// <summary>But for the executable itself, which is opened once for every assembly in it, when that is first needed.</summary>
    private static int CountDescriptors(string folder) => new DirectoryInfo(folder + "/fd").EnumerateFileSystemInfos()
        .Count(descriptor => descriptor.LinkTarget?.EndsWith("/meshproxy", StringComparison.Ordinal) != true);

    private static long Status(string folder, string name)
    {
        var line = File.ReadLines(folder + "/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
