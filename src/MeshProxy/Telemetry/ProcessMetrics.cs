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
        text.Counter("process_cpu_seconds_total", "CPU time of all threads, user and system.");
        text.Sample(stat.CpuTime.TotalSeconds);
        text.Gauge("process_resident_memory_bytes", "Memory held in RAM.");
        text.Sample(stat.ResidentBytes);
        text.Gauge("process_virtual_memory_bytes", "Address space, most of it never touched.");
        text.Sample(stat.VirtualBytes);
        text.Gauge("process_threads", "Threads.");
        text.Sample(stat.Threads);
        text.Gauge("process_start_time_seconds", "When the process began, in seconds since 1970.");
        text.Sample((DateTimeOffset.UtcNow - stat.Age - DateTimeOffset.UnixEpoch).TotalSeconds);
        text.Gauge("process_open_fds", "Descriptors open.");
        text.Sample(CountDescriptors());
        text.Gauge("process_max_fds", "Descriptors allowed (RLIMIT_NOFILE, soft).");
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
