using System.Globalization;
using BenchmarkDotNet.Reports;

namespace MeshProxy.Benchmarks;

/// <summary>One line per benchmark: the mean time of a call, and the managed bytes it allocates on all threads together.</summary>
internal static class ReportTable
{
    public static void Print(IReadOnlyList<BenchmarkReport> reports)
    {
        if (reports.Count == 0)
            return;
        Console.WriteLine($"{"",-40}{"mean",12}{"allocated",12}");
        foreach (var report in reports)
            Console.WriteLine($"{NameOf(report),-40}{TimeOf(report),12}{AllocatedBy(report),12}");
    }

    private static string NameOf(BenchmarkReport report)
    {
        var benchmark = report.BenchmarkCase;
        var subject = benchmark.Descriptor.Type.Name.Replace("Benchmarks", "", StringComparison.Ordinal);
        var parameters = string.Join(' ', benchmark.Parameters.Items.Select(item => item.Value));
        return $"{subject} {benchmark.Descriptor.WorkloadMethod.Name} {parameters}";
    }

    private static string TimeOf(BenchmarkReport report) => report.ResultStatistics?.Mean switch
    {
        null => "failed",
        >= 1000 and var nanoseconds => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1000:F1} µs"),
        var nanoseconds => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:F1} ns"),
    };

    private static string AllocatedBy(BenchmarkReport report) =>
        report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) is > 0 and var bytes ? $"{bytes} B" : "nothing";
}
