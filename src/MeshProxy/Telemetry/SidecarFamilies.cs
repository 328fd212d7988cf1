using System.Collections.Immutable;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Exposition;

namespace MeshProxy.Telemetry;

/// <summary>The families of the sidecar around the data plane, of its process and its runtime; as <see cref="MetricFamilies"/>.</summary>
internal static class SidecarFamilies
{
    public static readonly MetricFamily BuildInfo = MetricFamily.Gauge(
        "meshproxy_build_info", "Always 1; the labels say what runs.", "version", "revision");

    public static readonly MetricFamily ConfigReloads = MetricFamily.Counter(
        "meshproxy_config_reloads_total",
        "Changes of the configuration that were taken over (ok) or refused as a whole (rejected).",
        "result");

    public static readonly MetricFamily LogLinesDropped = MetricFamily.Counter(
        "meshproxy_log_lines_dropped_total",
        "Log lines lost because standard output was not read fast enough, or could not be written (a full disk).");

    public static readonly MetricFamily LogLinesSuppressed = MetricFamily.Counter(
        "meshproxy_log_lines_suppressed_total", "Log lines left out because there were too many of their kind.");

    public static readonly MetricFamily ProcessCpuSeconds = MetricFamily.Counter(
        "process_cpu_seconds_total", "CPU time of all threads, user and system.");

    public static readonly MetricFamily ProcessResidentMemoryBytes = MetricFamily.Gauge(
        "process_resident_memory_bytes", "Memory held in RAM.");

    public static readonly MetricFamily ProcessVirtualMemoryBytes = MetricFamily.Gauge(
        "process_virtual_memory_bytes", "Address space, most of it never touched.");

    public static readonly MetricFamily ProcessThreads = MetricFamily.Gauge("process_threads", "Threads.");

    public static readonly MetricFamily ProcessStartTimeSeconds = MetricFamily.Gauge(
        "process_start_time_seconds", "When the process began, in seconds since 1970.");

    public static readonly MetricFamily ProcessOpenDescriptors = MetricFamily.Gauge("process_open_fds", "Descriptors open.");

    public static readonly MetricFamily ProcessMaxDescriptors = MetricFamily.Gauge(
        "process_max_fds", "Descriptors allowed (RLIMIT_NOFILE, soft).");

    public static readonly MetricFamily DotnetGcCollections = MetricFamily.Counter(
        "dotnet_gc_collections_total", "Garbage collections that reached the generation.", "generation");

    public static readonly MetricFamily DotnetGcPauseSeconds = MetricFamily.Counter(
        "dotnet_gc_pause_seconds_total", "Time for which collections stopped all threads.");

    public static readonly MetricFamily DotnetGcAllocatedBytes = MetricFamily.Counter(
        "dotnet_gc_allocated_bytes_total", "Bytes allocated on the managed heap.");

    public static readonly MetricFamily DotnetGcHeapBytes = MetricFamily.Gauge(
        "dotnet_gc_heap_bytes", "Bytes in use on the managed heap, garbage included.");

    public static readonly MetricFamily DotnetThreadpoolThreads = MetricFamily.Gauge(
        "dotnet_threadpool_threads", "Threads of the pool, which serves the admin port and routed HTTP.");

    public static readonly MetricFamily DotnetThreadpoolQueuedItems = MetricFamily.Gauge(
        "dotnet_threadpool_queued_items", "Work that waits for a thread of the pool.");

    public static readonly MetricFamily DotnetThreadpoolCompletedItems = MetricFamily.Counter(
        "dotnet_threadpool_completed_items_total", "Work done by the pool.");

    /// <summary>What every process of MeshProxy with an admin port tells of itself, in the order of a scrape.</summary>
    public static ImmutableArray<MetricFamily> Process { get; } =
    [
        ProcessCpuSeconds,
        ProcessResidentMemoryBytes,
        ProcessVirtualMemoryBytes,
        ProcessThreads,
        ProcessStartTimeSeconds,
        ProcessOpenDescriptors,
        ProcessMaxDescriptors,
        DotnetGcCollections,
        DotnetGcPauseSeconds,
        DotnetGcAllocatedBytes,
        DotnetGcHeapBytes,
        DotnetThreadpoolThreads,
        DotnetThreadpoolQueuedItems,
        DotnetThreadpoolCompletedItems,
    ];

    /// <summary>In the order of a scrape.</summary>
    public static ImmutableArray<MetricFamily> All { get; } = [BuildInfo, ConfigReloads, LogLinesDropped, LogLinesSuppressed, .. Process];
}
