using System.Globalization;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Endurance;

/// <summary>What a sidecar holds at one moment.</summary>
/// <param name="Seconds">Since the traffic began.</param>
/// <param name="ResidentMiB">All of what follows: VmRSS of proc_pid_status(5).</param>
/// <param name="DataMiB">What it holds for itself, the heaps above all (RssAnon): what grows is retained, or was not given back.</param>
/// <param name="HeapMiB">Of the data, what the managed heap has in use, garbage included.</param>
/// <param name="CodeMiB">
/// Pages of files (RssFile), which the kernel can drop, and what the runtime compiled (RssShmem):
/// both grow when code runs for the first time.
/// </param>
internal readonly record struct ProcessSample(
    double Seconds, double ResidentMiB, double DataMiB, double HeapMiB, double CodeMiB,
    int Descriptors, int Threads, int Series, double Open)
{
    /// <summary>A scrape makes garbage too, and may not be what keeps the sidecar from being quiet.</summary>
    private static readonly TimeSpan QuietPoll = TimeSpan.FromSeconds(1);

    /// <summary>The sidecar looks at its heap every five seconds, and needs a quiet one of them.</summary>
    private static readonly TimeSpan QuietBound = TimeSpan.FromSeconds(16);

    public static async Task<ProcessSample> TakeAsync(Sidecar sidecar, double seconds)
    {
        var metrics = await sidecar.Admin.MetricsAsync();
        var pid = sidecar.Process.Id;
        return new ProcessSample(
            seconds,
            ProcessStatus.Read(pid, "VmRSS") / 1024.0,
            ProcessStatus.Read(pid, "RssAnon") / 1024.0,
            metrics.Sum("dotnet_gc_heap_bytes") / (1 << 20),
            (ProcessStatus.Read(pid, "RssFile") + ProcessStatus.Read(pid, "RssShmem")) / 1024.0,
            CountDescriptors(pid),
            (int)ProcessStatus.Read(pid, "Threads"),
            metrics.Text.Split('\n').Count(line => line.Length > 0 && line[0] != '#'),
            metrics.Sum("meshproxy_connections_open"));
    }

    /// <summary>At rest: after it has given back what work that is over left on its heap, or has found that not worth it.</summary>
    public static async Task<ProcessSample> TakeQuietAsync(Sidecar sidecar)
    {
        var collected = await sidecar.WatchAsync("dotnet_gc_collections_total", ("generation", "2"));
        var began = TimeProvider.System.GetTimestamp();
        do
            await Task.Delay(QuietPoll);
        while (await collected.GainAsync() == 0 && TimeProvider.System.GetElapsedTime(began) < QuietBound);
        return await TakeAsync(sidecar, 0);
    }

    /// <summary>But for the executable itself, which is opened once for every assembly in it, when that is first needed.</summary>
    private static int CountDescriptors(int pid) => new DirectoryInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fd"))
        .EnumerateFileSystemInfos()
        .Count(descriptor => descriptor.LinkTarget?.EndsWith("/meshproxy", StringComparison.Ordinal) != true);
}
