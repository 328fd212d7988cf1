using System.Globalization;

namespace MeshProxy.PodTests.Lifecycle.Load;

/// <summary>
/// How long the ends of sidecars took. With STOP_REPORT, as 'make stops' has it, a row of a table goes to that file and the median must
/// meet its bar; else nothing is asserted, because a busy machine is no failure.
/// </summary>
internal sealed class StopFigures
{
    private static readonly string? Report = Environment.GetEnvironmentVariable("STOP_REPORT");

    private readonly List<(TimeSpan Latency, string Load)> _ends = [];

    /// <summary>STOP_CYCLES, or a few, which are enough to see that it works.</summary>
    public static int Cycles { get; } = int.Parse(Environment.GetEnvironmentVariable("STOP_CYCLES") ?? "10", CultureInfo.InvariantCulture);

    /// <summary>With the load average of this moment: where the machine is busy, the end of a process waits too.</summary>
    public void Add(TimeSpan latency) => _ends.Add((latency, File.ReadAllText("/proc/loadavg").Split(' ')[0]));

    /// <param name="what">The first column.</param>
    /// <param name="answers">Whole answers that clients got.</param>
    /// <returns>The row.</returns>
    public string Meet(TimeSpan bar, string what, int answers)
    {
        var sorted = _ends.OrderBy(end => end.Latency).ToList();
        var (median, worst) = (sorted[sorted.Count / 2].Latency.TotalMilliseconds, sorted[^1]);
        var loads = _ends.Select(end => double.Parse(end.Load, CultureInfo.InvariantCulture)).Order().ToList();
        var row = string.Create(CultureInfo.InvariantCulture,
            $"| {what} | {sorted.Count} | {answers} | 0 | 0 | {bar.TotalMilliseconds:0} ms | {median:0} ms | "
            + $"{worst.Latency.TotalMilliseconds:0} ms | {worst.Load} | {loads[loads.Count / 2]:0.0} |");
        if (Report is null)
            return row;
        File.AppendAllText(Report, row + "\n");
        Assert.True(median <= bar.TotalMilliseconds, row);
        return row;
    }
}
