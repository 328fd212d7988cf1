namespace MeshProxy.Compare.Report;

/// <summary>The run as a person reads it in a terminal: medians, then the bars.</summary>
internal static class ResultsTable
{
    private const string Nothing = "·";
    private const string Corner = "less is better";

    public static void Print(ComparisonReport report)
    {
        Console.WriteLine();
        PrintMedians(report);
        foreach (var (name, proxy, reason) in report.Failures)
            Console.WriteLine($"{name}: {proxy} failed: {reason}");
        if (report.Bars.Length > 0)
            PrintBars(report);
    }

    private static void PrintMedians(ComparisonReport report)
    {
        string[] heading = ["", Corner, .. report.Proxies];
        PrintColumns([heading, .. report.Metrics.Select(result => MedianRow(report, result))]);
    }

    private static string[] MedianRow(ComparisonReport report, MetricResult result) =>
    [
        result.Metric.Name,
        result.Metric.Unit,
        .. report.Proxies.Select(proxy => result.Of(proxy) is { } samples ? Number.Format(samples.Median) : Nothing),
    ];

    private static void PrintBars(ComparisonReport report)
    {
        Console.WriteLine();
        PrintColumns([.. report.Bars.Select(bar => new[] { bar.Bar.Metric, bar.Text, bar.MeasuredText, bar.Met ? "met" : "NOT MET" })]);
        Console.WriteLine($"\n{report.Bars.Count(bar => bar.Met)} of {report.Bars.Length} bars met");
    }

    /// <summary>The first two columns are words and begin at the left; the others end at the right.</summary>
    private static void PrintColumns(string[][] rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            Console.WriteLine(string.Join("  ", cells));
        }
    }
}
