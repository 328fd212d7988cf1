namespace MeshProxy.PodTests.Endurance;

/// <summary>What a sidecar may hold when the traffic is over, and by what it may grow meanwhile.</summary>
internal static class SoakJudgement
{
    /// <summary>MiB; slower growth than this takes ten days to matter in a container of 256 MiB.</summary>
    public const double HeapPerHour = 1;

    /// <summary>One for every thousand conversations that forgets one would be a thousand.</summary>
    public const double DescriptorsPerHour = 60;

    /// <summary>A label that is not of a closed set makes one for every request.</summary>
    public const double SeriesPerHour = 60;

    /// <summary>MiB of data more than before the traffic: the heap's own pages, pools of buffers, what the runtime has learned.</summary>
    public const double DataMiB = 4;

    /// <summary>MiB of data that may be left at rest, more than after the warm-up: what the allocators' pages scatter by.</summary>
    private const double Scatter = 1.5;

    /// <summary>Threads that the runtime's pool keeps for the admin port for a while.</summary>
    private const int SpareThreads = 4;

    /// <summary>A series exists from its first event on, and some ends of some protocols are rare.</summary>
    private const int RareSeries = 8;

    public static void Of(SoakReport report)
    {
        var (plan, before, after) = (report.Plan, report.Before, report.After);
        Assert.InRange(after.Threads, 1, before.Threads + SpareThreads);
        if (plan.IsTold)
            Assert.True(after.DataMiB <= before.DataMiB + DataMiB, $"data was not given back\n{report}");
        if (plan.IsLong)
            OfGrowth(report);
    }

    private static void OfGrowth(SoakReport report)
    {
        var (warmedUp, after) = (report.WarmedUp, report.After);
        Assert.True(report.Heap.SurelyPerHour <= HeapPerHour, $"the heap grows\n{report}");
        Assert.True(report.RestingHeapPerHour <= HeapPerHour, $"the heap has grown\n{report}");
        Assert.True(report.Descriptors.SurelyPerHour <= DescriptorsPerHour, $"descriptors grow\n{report}");
        Assert.True(report.Series.SurelyPerHour <= SeriesPerHour, $"series grow\n{report}");
        Assert.True(after.DataMiB <= warmedUp.DataMiB + Scatter, $"data has grown\n{report}");
        Assert.True(after.Series <= warmedUp.Series + RareSeries, $"there are new series\n{report}");
    }
}
