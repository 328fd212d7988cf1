using System.Globalization;

namespace MeshProxy.PodTests.Endurance;

/// <summary>The figures of one run: what is printed, and what the page of figures says.</summary>
internal sealed record SoakReport(
    SoakPlan Plan,
    IReadOnlyList<SoakWorker> Workers,
    ProcessSample Before,
    IReadOnlyList<ProcessSample> WarmUp,
    IReadOnlyList<ProcessSample> Judged,
    IReadOnlyList<ProcessSample> Resting,
    ProcessSample After)
{
    /// <summary>
    /// MiB per hour of what is still in use at rest, from the end of the warm-up to the end; garbage goes up and down, and is no growth.
    /// </summary>
    public double RestingHeapPerHour => (After.HeapMiB - WarmedUp.HeapMiB) / (Plan.Traffic - Plan.WarmUp).TotalHours;

    public ProcessSample WarmedUp => Resting[0];

    /// <summary>At rest, between rounds of traffic.</summary>
    public Trend Heap => Trend.Of(Resting, sample => sample.HeapMiB);

    public Trend Descriptors => Trend.Of(Judged, sample => sample.Descriptors);

    public Trend Series => Trend.Of(Judged, sample => sample.Series);

    public IEnumerable<string> Lines()
    {
        var (conversations, faults) = (Workers.Sum(worker => worker.Conversations), Workers.Sum(worker => worker.Faults));
        var checkedBytes = Workers.Sum(worker => worker.Bytes);
        yield return Text($"{conversations:N0} conversations, {faults:N0} of them faults, {checkedBytes / 1e9:0.00} GB checked,");
        yield return Text($"in {Plan.Traffic.TotalSeconds:0} s with {Plan.Workers} workers;");
        yield return Text($"`{Plan.Command}`.");
        yield return "";
        yield return "| | resident MiB | data | heap in use | code | descriptors | threads | series | open connections |";
        yield return "|---|---|---|---|---|---|---|---|---|";
        yield return Row("before", Before);
        if (Plan.IsLong)
            yield return Row("at rest after the warm-up", WarmedUp);
        yield return Row("highest", Highest([.. WarmUp, .. Judged]));
        yield return Row("quiet again", After);
        if (!Plan.IsLong)
            yield break;
        yield return "";
        yield return "| growth in an hour, by least squares, after the warm-up | slope | fails where surely above |";
        yield return "|---|---|---|";
        yield return Text($"| heap in use, MiB, over {Resting.Count} rests | {Heap} | {SoakJudgement.HeapPerHour} |");
        yield return Text($"| descriptors, over {Judged.Count} samples in the traffic | {Descriptors} | {SoakJudgement.DescriptorsPerHour} |");
        yield return Text($"| series, over the same | {Series} | {SoakJudgement.SeriesPerHour} |");
        yield return Text($"| heap in use, MiB, from the warm-up to the end | {RestingHeapPerHour:0.0} | {SoakJudgement.HeapPerHour} |");
    }

    public override string ToString() => string.Join('\n', Lines());

    private static ProcessSample Highest(IReadOnlyList<ProcessSample> samples) => samples.Count == 0 ? default : new ProcessSample(
        0, samples.Max(s => s.ResidentMiB), samples.Max(s => s.DataMiB), samples.Max(s => s.HeapMiB), samples.Max(s => s.CodeMiB),
        samples.Max(s => s.Descriptors), samples.Max(s => s.Threads), samples.Max(s => s.Series), samples.Max(s => s.Open));

    private static string Row(string name, ProcessSample s) =>
        Text($"| {name} | {s.ResidentMiB:0.0} | {s.DataMiB:0.0} | {s.HeapMiB:0.00} | {s.CodeMiB:0.0} ")
        + Text($"| {s.Descriptors} | {s.Threads} | {s.Series} | {s.Open:0} |");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
