using System.Globalization;
using System.Text;

namespace MeshProxy.PodTests.Endurance;

/// <summary>The figures of one run, as a table.</summary>
internal sealed record SoakReport(
    SoakPlan Plan, long Conversations, long Faults, long Bytes, ProcessSample Before, IReadOnlyList<ProcessSample> During, ProcessSample After)
{
    /// <summary>MiB per hour by least squares over the second half of the traffic; the first is warm-up.</summary>
    public double GrowthPerHour
    {
        get
        {
            var half = During.Skip(During.Count / 2).ToArray();
            if (half.Length < 2)
                return 0;
            var (x, y) = (half.Average(sample => sample.Seconds), half.Average(sample => sample.ResidentMiB));
            var spread = half.Sum(sample => (sample.Seconds - x) * (sample.Seconds - x));
            return half.Sum(sample => (sample.Seconds - x) * (sample.ResidentMiB - y)) / spread * 3600;
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"{Conversations} conversations, {Faults} of them faults, {Bytes / 1e9:0.00} GB checked, in {Plan.Traffic.TotalSeconds:0} s with {Plan.Workers} workers; seed {Plan.Seed}");
        Line($"| | resident MiB | descriptors | threads | series | open connections |");
        Line($"|---|---|---|---|---|---|");
        Row("before", Before);
        if (During.Count > 0)
        {
            Row("highest", new ProcessSample(
                0, During.Max(s => s.ResidentMiB), During.Max(s => s.Descriptors), During.Max(s => s.Threads), During.Max(s => s.Series), During.Max(s => s.Open)));
        }
        Row($"quiet again", After);
        Line($"growth of resident memory over the second half of the traffic: {GrowthPerHour:0.0} MiB/h");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        void Row(string name, ProcessSample s) =>
            Line($"| {name} | {s.ResidentMiB:0.0} | {s.Descriptors} | {s.Threads} | {s.Series} | {s.Open:0} |");
    }
}
