using System.Globalization;
using MeshProxy.DataPlane.Telemetry.Exposition;

namespace MeshProxy.Telemetry;

/// <summary>The .NET runtime's own: what a steady byte path leaves alone.</summary>
internal static class RuntimeMetrics
{
    public static void WriteTo(PrometheusText text)
    {
        text.Open(SidecarFamilies.DotnetGcCollections);
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            text.Sample(GC.CollectionCount(generation), ("generation", generation.ToString(CultureInfo.InvariantCulture)));
        text.Open(SidecarFamilies.DotnetGcPauseSeconds);
        text.Sample(GC.GetTotalPauseDuration().TotalSeconds);
        text.Open(SidecarFamilies.DotnetGcAllocatedBytes);
        text.Sample(GC.GetTotalAllocatedBytes(precise: false));
        text.Open(SidecarFamilies.DotnetGcHeapBytes);
        text.Sample(GC.GetTotalMemory(forceFullCollection: false));
        text.Open(SidecarFamilies.DotnetThreadpoolThreads);
        text.Sample(ThreadPool.ThreadCount);
        text.Open(SidecarFamilies.DotnetThreadpoolQueuedItems);
        text.Sample(ThreadPool.PendingWorkItemCount);
        text.Open(SidecarFamilies.DotnetThreadpoolCompletedItems);
        text.Sample(ThreadPool.CompletedWorkItemCount);
    }
}
