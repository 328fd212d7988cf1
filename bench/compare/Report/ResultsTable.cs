namespace MeshProxy.Compare.Report;

/// <summary>The run as a person reads it in a terminal: medians, then the bars.</summary>
internal static class ResultsTable
{
    private const string Nothing = "·";

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
        var nameWidth = report.Metrics.Max(result => result.Metric.Name.Length);
        var unitWidth = report.Metrics.Max(result => result.Metric.Unit.Length);
        Console.WriteLine($"{"".PadRight(nameWidth)}  {"less is better".PadRight(unitWidth)}{string.Concat(report.Proxies.Select(proxy => "  " + Column(proxy, proxy)))}");
        foreach (var result in report.Metrics)
        {
            var cells = report.Proxies.Select(proxy => "  " + Column(proxy, result.Of(proxy) is { } samples ? Number.Format(samples.Median) : Nothing));
            Console.WriteLine($"{result.Metric.Name.PadRight(nameWidth)}  {result.Metric.Unit.PadRight(unitWidth)}{string.Concat(cells)}");
        }
    }

    private static void PrintBars(ComparisonReport report)
    {
        var nameWidth = report.Bars.Max(bar => bar.Bar.Metric.Length);
        var textWidth = report.Bars.Max(bar => bar.Text.Length);
        var measuredWidth = report.Bars.Max(bar => bar.MeasuredText.Length);
        Console.WriteLine();
        foreach (var bar in report.Bars)
        {
            Console.WriteLine(
                $"{bar.Bar.Metric.PadRight(nameWidth)}  {bar.Text.PadRight(textWidth)}  {bar.MeasuredText.PadLeft(measuredWidth)}  {(bar.Met ? "met" : "NOT MET")}");
        }
        Console.WriteLine($"\n{report.Bars.Count(bar => bar.Met)} of {report.Bars.Length} bars met");
    }

    private static string Column(string proxy, string text) => text.PadLeft(Math.Max(proxy.Length, 7));
}
