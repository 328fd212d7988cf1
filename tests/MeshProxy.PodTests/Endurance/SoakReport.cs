using System.Globalization;
using System.Text;

namespace MeshProxy.PodTests.Endurance;

/// <summary>The figures of one run, as a table.</summary>
internal sealed record SoakReport(
    SoakPlan Plan,
    long Conversations,
    long Faults,
    long Bytes,
    ProcessSample Before,
    ProcessSample WarmedUp,
    IReadOnlyList<ProcessSample> During,
    ProcessSample After)
{
    /// <summary>
    /// MiB per hour of what is still in use at rest, from the end of the warm-up to the end; garbage goes up and down, and is no growth.
    /// </summary>
    public double GrowthPerHour =>
        (After.HeapMiB - WarmedUp.HeapMiB) / (Plan.Traffic - Plan.WarmUp).TotalHours;

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Conversations} conversations, {Faults} of them faults, {Bytes / 1e9:0.00} GB checked, ");
        Line($"in {Plan.Traffic.TotalSeconds:0} s with {Plan.Workers} workers; seed {Plan.Seed}");
        Line($"| | resident MiB | data | heap in use | code | descriptors | threads | series | open connections |");
        Line($"|---|---|---|---|---|---|---|---|---|");
        Row("before", Before);
        if (Plan.IsLong)
            Row("at rest after the warm-up", WarmedUp);
        if (During.Count > 0)
        {
            Row("highest", new ProcessSample(
                0, During.Max(s => s.ResidentMiB), During.Max(s => s.DataMiB), During.Max(s => s.HeapMiB),
                During.Max(s => s.CodeMiB), During.Max(s => s.Descriptors), During.Max(s => s.Threads),
                During.Max(s => s.Series), During.Max(s => s.Open)));
        }
        Row($"quiet again", After);
        Line($"growth at rest of the heap in use, from the end of the warm-up to the end of the traffic: {GrowthPerHour:0.0} MiB/h");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        void Row(string name, ProcessSample s)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {s.ResidentMiB:0.0} | {s.DataMiB:0.0} | {s.HeapMiB:0.00} | {s.CodeMiB:0.0} ");
            Line($"| {s.Descriptors} | {s.Threads} | {s.Series} | {s.Open:0} |");
        }
    }
}
