using System.IO.Enumeration;
using MeshProxy.DataPlane.Telemetry.Exposition;

namespace MeshProxy.Telemetry;

/// <summary>The families that every Prometheus client library has of its process, from /proc at the time of the scrape.</summary>
internal static class ProcessMetrics
{
    public static long MaxDescriptors { get; } = ReadMaxDescriptors();

    public static void WriteTo(PrometheusText text)
    {
        var stat = ProcessStat.Read();
        text.Open(SidecarFamilies.ProcessCpuSeconds);
        text.Sample(stat.CpuTime.TotalSeconds);
        text.Open(SidecarFamilies.ProcessResidentMemoryBytes);
        text.Sample(stat.ResidentBytes);
        text.Open(SidecarFamilies.ProcessVirtualMemoryBytes);
        text.Sample(stat.VirtualBytes);
        text.Open(SidecarFamilies.ProcessThreads);
        text.Sample(stat.Threads);
        text.Open(SidecarFamilies.ProcessStartTimeSeconds);
        text.Sample((DateTimeOffset.UtcNow - stat.Age - DateTimeOffset.UnixEpoch).TotalSeconds);
        text.Open(SidecarFamilies.ProcessOpenDescriptors);
        text.Sample(CountDescriptors());
        text.Open(SidecarFamilies.ProcessMaxDescriptors);
        text.Sample(MaxDescriptors);
    }

    /// <summary>Counts names without making strings of them, for a busy proxy has thousands; one is the listing's own.</summary>
    public static long CountDescriptors()
    {
        var names = new FileSystemEnumerable<byte>("/proc/self/fd", static (ref FileSystemEntry _) => 0);
        return names.LongCount() - 1;
    }

    private static long ReadMaxDescriptors()
    {
        Span<byte> buffer = stackalloc byte[4096];
        var limits = ProcFile.Read("/proc/self/limits", buffer);
        var name = "Max open files"u8;
        var line = limits[(limits.IndexOf(name) + name.Length)..];
        return ProcFile.TakeNumber(ref line);
    }
}
