using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using Xunit.Abstractions;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// Mixed traffic with one fault in a hundred, both directions, every byte checked; then the sidecar is what it was before. 'make soak' runs
/// it for ten minutes and more.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    /// <summary>Threads that the runtime's pool keeps for the admin port for a while.</summary>
    private const int SpareThreads = 4;

    /// <summary>MiB; slower growth than this takes ten days to matter in a container of 256 MiB.</summary>
    private const double AllowedGrowthPerHour = 1;

    /// <summary>MiB of data that may be left at rest, more than after the warm-up: what the allocators' pages scatter by.</summary>
    private const double Scatter = 1.5;

    [PodFact]
    public async Task Long_mixed_traffic_loses_no_byte_and_leaves_nothing_behind()
    {
        var plan = SoakPlan.FromEnvironment();
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = OpaqueRange.Settings });
        var before = await ProcessSample.TakeAsync(mesh.Sidecar, 0);
        ProcessSample warmedUp = default;
        var workers = new List<SoakWorker>();
        var during = new List<ProcessSample>();
        await using (var inbound = await SoakSide.StartAsync(mesh.Plain, mesh.App))
        await using (var outbound = await SoakSide.StartAsync(mesh.App, mesh.Plain))
        {
            workers.AddRange(Enumerable.Range(0, plan.Workers).Select(index => new SoakWorker(plan.Seed + index, [inbound, outbound])));
            if (plan.IsLong)
            {
                await RunAsync(plan.WarmUp, workers, mesh.Sidecar, during);
                warmedUp = await ProcessSample.TakeQuietAsync(mesh.Sidecar);
            }
            await RunAsync(plan.Traffic - plan.WarmUp, workers, mesh.Sidecar, during);
        }
        var after = await QuietAsync(plan, mesh.Sidecar, before);
        var report = new SoakReport(
            plan, workers.Sum(worker => worker.Conversations), workers.Sum(worker => worker.Faults), workers.Sum(worker => worker.Bytes),
            before, warmedUp, during, after);
        Tell(report);

        Assert.Equal(0, (await mesh.Sidecar.Admin.MetricsAsync()).Sum("meshproxy_connections_closed_total", ("reason", "internal_error")));
        Assert.InRange(after.Threads, 1, before.Threads + SpareThreads);
        if (plan.IsLong)
        {
            Assert.True(report.GrowthPerHour <= AllowedGrowthPerHour, report.ToString());
            Assert.True(after.DataMiB <= warmedUp.DataMiB + Scatter, report.ToString());
        }
    }

    /// <summary>The first conversation that goes wrong ends the run.</summary>
    private static async Task RunAsync(TimeSpan traffic, List<SoakWorker> workers, Sidecar sidecar, List<ProcessSample> during)
    {
        using var over = new CancellationTokenSource(traffic);
        var running = workers.Select(worker => Task.Run(() => worker.RunAsync(over.Token))).ToList();
        var began = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(Math.Clamp(traffic.TotalSeconds / 300, 1, 10)));
        while (!over.IsCancellationRequested && !running.Any(task => task.IsFaulted))
        {
            during.Add(await ProcessSample.TakeAsync(sidecar, TimeProvider.System.GetElapsedTime(began).TotalSeconds));
            await tick.WaitForNextTickAsync();
        }
        await over.CancelAsync();
        await Task.WhenAll(running);
    }

    /// <summary>Waits until nothing of the traffic is left.</summary>
    private static async Task<ProcessSample> QuietAsync(SoakPlan plan, Sidecar sidecar, ProcessSample before)
    {
        ProcessSample now = default;
        await Bound.UntilAsync(
            async () => (now = await ProcessSample.TakeAsync(sidecar, 0)) is { Open: 0 } && now.Descriptors <= before.Descriptors,
            plan.Quiet,
            () => $"the sidecar still holds something: {now}, {before} before");
        // Memory is given back late.
        if (plan.IsLong)
            await Task.Delay(plan.Quiet);
        return await ProcessSample.TakeAsync(sidecar, 0);
    }

    private void Tell(SoakReport report)
    {
        output.WriteLine(report.ToString());
        if (Environment.GetEnvironmentVariable("TEST_SOAK_REPORT") is { } file)
            File.WriteAllText(file, report.ToString());
    }
}
