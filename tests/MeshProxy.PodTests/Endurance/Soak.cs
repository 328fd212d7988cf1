using System.Globalization;
using MeshProxy.PodTests.Endurance.Chaos;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Endurance;

/// <summary>One run: a sidecar, what goes through it, what disturbs it, and what it holds meanwhile and afterwards.</summary>
internal sealed class Soak : IDisposable
{
    private readonly SoakPlan _plan;
    private readonly ChaosConfig _config;
    private readonly Mesh _mesh;
    private readonly List<SoakWorker> _workers = [];
    private ChaosRun? _chaos;

    private Soak(SoakPlan plan, ChaosConfig config, Mesh mesh) => (_plan, _config, _mesh) = (plan, config, mesh);

    public static async Task<Soak> StartAsync(SoakPlan plan)
    {
        var config = new ChaosConfig();
        try
        {
            return new Soak(plan, config, await Mesh.StartAsync(
                plan.IsChaos ? new SidecarOptions { ConfigFile = config.File } : new SidecarOptions { Settings = OpaqueRange.Settings }));
        }
        catch
        {
            config.Dispose();
            throw;
        }
    }

    /// <summary>For whoever looks for what broke a conversation, or what is left of one.</summary>
    public async Task<string> DescribeAsync()
    {
        var metrics = await _mesh.Sidecar.Admin.MetricsAsync();
        var counts = metrics.Text.Split('\n').Where(line => line.StartsWith("meshproxy_connections_", StringComparison.Ordinal));
        var (_, sockets) = await PodProcess.RunAsync(_mesh.App.Namespace, new PodCommand("ss", "-Htaniope") { User = null });
        return string.Join('\n', [.. (_chaos?.Steps ?? []).TakeLast(5).Select(step => step.ToString()), .. counts, sockets]);
    }

    public async Task<SoakReport> RunAsync()
    {
        var before = await ProcessSample.TakeAsync(_mesh.Sidecar, 0);
        var (warmUp, judged, resting) = (new List<ProcessSample>(), new List<ProcessSample>(), new List<ProcessSample>());
        await using (var inbound = await SoakSide.StartAsync(_mesh, TrafficPath.Inbound, _plan.IsChaos))
        await using (var outbound = await SoakSide.StartAsync(_mesh, TrafficPath.Outbound, _plan.IsChaos))
        {
            _chaos = new ChaosRun(_mesh, [inbound, outbound], _config);
            _workers.AddRange(Enumerable.Range(0, _plan.Workers).Select(index => new SoakWorker(_plan.Seed + index, [inbound, outbound])));
            if (_plan.IsLong)
            {
                await RunAsync(_plan.WarmUp, DisturbancesOf(_plan.WarmUp, _plan.Seed - 1), warmUp);
                resting.Add(await ProcessSample.TakeQuietAsync(_mesh.Sidecar));
            }
            await RunRoundsAsync(judged, resting);
        }
        var after = await QuietAsync(before);
        resting.Add(after with { Seconds = (_plan.Traffic - _plan.WarmUp).TotalSeconds });
        return new SoakReport(_plan, _workers, before, warmUp, judged, resting, after);
    }

    /// <summary>The table of what was done, what it might cost and what it did.</summary>
    public IEnumerable<string> Disturbances()
    {
        yield return "";
        yield return "| disturbance | times | conversations that may break off | that did |";
        yield return "|---|---|---|---|";
        foreach (var kind in Enum.GetValues<Disturbance>())
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {kind} | {_chaos?.Done(kind)} | {ChaosCost.Text(kind)} | {_workers.Sum(worker => worker.Excused(kind))} |");
        }
    }

    public async Task NothingWentWrongInsideAsync()
    {
        Assert.False(_mesh.Sidecar.Process.HasExited, _mesh.Sidecar.Process.Describe());
        var metrics = await _mesh.Sidecar.Admin.MetricsAsync();
        Assert.Equal(0, metrics.Sum("meshproxy_connections_closed_total", ("reason", "internal_error")));
    }

    public void Dispose()
    {
        _mesh.Dispose();
        _config.Dispose();
    }

    /// <summary>
    /// With a rest after each, which for the last is the quiet at the end (a second one would find no garbage that is worth a collection,
    /// and count what looking made): what is on the heap in the middle of traffic is
    /// garbage for the most part.
    /// </summary>
    private async Task RunRoundsAsync(List<ProcessSample> samples, List<ProcessSample> resting)
    {
        for (var round = 0; round < _plan.Rounds; round++)
        {
            var began = round * _plan.Round;
            var of = new List<ProcessSample>();
            await RunAsync(_plan.Round, DisturbancesOf(_plan.Round, _plan.Seed + round), of);
            samples.AddRange(of.Select(sample => sample with { Seconds = began.TotalSeconds + sample.Seconds }));
            if (round < _plan.Rounds - 1)
                resting.Add(await ProcessSample.TakeQuietAsync(_mesh.Sidecar) with { Seconds = (began + _plan.Round).TotalSeconds });
        }
    }

    private IEnumerable<ChaosStep> DisturbancesOf(TimeSpan traffic, int seed) => _plan.IsChaos ? ChaosPlan.Of(seed, traffic) : [];

    /// <summary>The first conversation that goes wrong ends the run, and so does a disturbance that cannot be made.</summary>
    private async Task RunAsync(TimeSpan traffic, IEnumerable<ChaosStep> disturbances, List<ProcessSample> samples)
    {
        using var over = new CancellationTokenSource(traffic);
        var running = _workers.Select(worker => Task.Run(() => worker.RunAsync(over.Token)))
            .Append(Task.Run(() => _chaos!.RunAsync(disturbances, over.Token)))
            .ToList();
        var began = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(Math.Clamp(traffic.TotalSeconds / 300, 1, 10)));
        while (!over.IsCancellationRequested && !running.Any(task => task.IsFaulted))
        {
            samples.Add(await ProcessSample.TakeAsync(_mesh.Sidecar, TimeProvider.System.GetElapsedTime(began).TotalSeconds));
            await tick.WaitForNextTickAsync();
        }
        await over.CancelAsync();
        await Task.WhenAll(running);
    }

    /// <summary>Waits until nothing of the traffic is left.</summary>
    private async Task<ProcessSample> QuietAsync(ProcessSample before)
    {
        ProcessSample now = default;
        await Bound.UntilAsync(
            async () => (now = await ProcessSample.TakeAsync(_mesh.Sidecar, 0)) is { Open: 0 } && now.Descriptors <= before.Descriptors,
            _plan.Quiet,
            () => $"the sidecar still holds something: {now}, {before} before");
        // Memory is given back late.
        if (_plan.IsTold)
            await Task.Delay(_plan.Quiet);
        return await ProcessSample.TakeAsync(_mesh.Sidecar, 0);
    }
}
