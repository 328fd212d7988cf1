using System.Globalization;
using MeshProxy.DataPlane.Telemetry.Exposition;

namespace MeshProxy.Telemetry;

/// <summary>The .NET runtime's own: what a steady byte path leaves alone.</summary>
internal static class RuntimeMetrics
{
    public static void WriteTo(PrometheusText text)
    {
        text.Counter("dotnet_gc_collections_total", "Garbage collections that reached the generation.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            text.Sample(GC.CollectionCount(generation), ("generation", generation.ToString(CultureInfo.InvariantCulture)));
        text.Counter("dotnet_gc_pause_seconds_total", "Time for which collections stopped all threads.");
        text.Sample(GC.GetTotalPauseDuration().TotalSeconds);
        text.Counter("dotnet_gc_allocated_bytes_total", "Bytes allocated on the managed heap.");
        text.Sample(GC.GetTotalAllocatedBytes(precise: false));
        text.Gauge("dotnet_gc_heap_bytes", "Bytes in use on the managed heap, garbage included.");
        text.Sample(GC.GetTotalMemory(forceFullCollection: false));
        text.Gauge("dotnet_threadpool_threads", "Threads of the pool, which serves the admin port and routed HTTP.");
        text.Sample(ThreadPool.ThreadCount);
        text.Gauge("dotnet_threadpool_queued_items", "Work that waits for a thread of the pool.");
        text.Sample(ThreadPool.PendingWorkItemCount);
        text.Counter("dotnet_threadpool_completed_items_total", "Work done by the pool.");
        text.Sample(ThreadPool.CompletedWorkItemCount);
    }
}
