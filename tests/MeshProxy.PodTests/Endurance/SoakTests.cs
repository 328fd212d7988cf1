using MeshProxy.PodTests.Endurance.Chaos;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using Xunit.Abstractions;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// Mixed traffic with one fault in a hundred, both directions, every byte checked; then the sidecar is what it was before. 'make soak' runs
/// it for ten minutes and more, and with CHAOS=1 disturbs it.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    [PodFact]
    public Task Long_mixed_traffic_loses_no_byte_and_leaves_nothing_behind() => SoakAsync(isChaos: false);

    [PodFact("conntrack", "nft", "ss")]
    public Task Disturbances_cost_what_they_may_and_leave_nothing_behind() => SoakAsync(isChaos: true);

    private async Task SoakAsync(bool isChaos)
    {
        var plan = SoakPlan.FromEnvironment(isChaos);
        output.WriteLine(plan.Command);
        using var soak = await Soak.StartAsync(plan);
        try
        {
            var report = await soak.RunAsync();
            Tell(soak, report);
            await soak.NothingWentWrongInsideAsync();
            SoakJudgement.Of(report);
            if (plan.IsTold)
                ReliabilityReport.Section(isChaos ? "chaos" : "soak", LinesOf(soak, report));
        }
        catch (Exception failed)
        {
            throw new InvalidOperationException($"{plan.Command}: {failed.Message}\n{await soak.DescribeAsync()}", failed);
        }
    }

    private void Tell(Soak soak, SoakReport report)
    {
        var lines = LinesOf(soak, report);
        output.WriteLine(string.Join('\n', lines));
        if (Environment.GetEnvironmentVariable("TEST_SOAK_REPORT") is { } file)
            File.WriteAllLines(file, lines);
    }

    private static string[] LinesOf(Soak soak, SoakReport report) =>
        [.. report.Lines(), .. report.Plan.IsChaos ? soak.Disturbances() : []];
}
