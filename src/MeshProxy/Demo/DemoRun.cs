using System.Collections.Concurrent;
using MeshProxy.Demo.Stage;
using MeshProxy.Demo.Traffic;
using MeshProxy.Demo.View;

namespace MeshProxy.Demo;

/// <summary>
/// The demo from its first namespace to the last one's end:
/// <list type="number">
/// <item>remove what a killed demo left;</item>
/// <item>make the pod, the outside, and the cable between them;</item>
/// <item>redirect the pod's connections and start its sidecar;</item>
/// <item>start the servers and clients of both sides;</item>
/// <item>show what the sidecar and the clients count, until it is enough;</item>
/// <item>end it all in the reverse order, whatever happened.</item>
/// </list>
/// </summary>
internal sealed class DemoRun(TextWriter output, bool isTerminal)
{
    private static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);

    private readonly DemoMap _map = new(Environment.ProcessId);
    private readonly ConcurrentDictionary<string, TallyReport> _tallies = [];

    /// <param name="enough">Cancelled by Ctrl-C, or when the time is over.</param>
    public async Task RunAsync(CancellationToken enough)
    {
        foreach (var left in DemoLeftovers.Remove())
            output.WriteLine($"removed {left}, which a killed demo had left");
        try
        {
            await RunInNamespacesAsync(enough);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // Before it was all set up: what was is gone.
        }
        output.WriteLine("removed both namespaces and every process in them");
    }

    private async Task RunInNamespacesAsync(CancellationToken enough)
    {
        output.WriteLine("making two network namespaces and the cable between them");
        using var executable = new DemoExecutable(_map);
        using var network = new DemoNetwork(_map);
        output.WriteLine("redirecting the pod's connections and starting its sidecar");
        using var sidecar = await DemoSidecar.StartAsync(_map, executable.Path, enough);
        output.WriteLine("starting servers and clients on both sides");
        using (var outside = StartTraffic(executable, _map.Outside, TrafficSide.OutsideName))
        using (var pod = StartTraffic(executable, _map.Pod, TrafficSide.PodName))
        {
            await Task.WhenAll(outside.ListeningAsync(enough), pod.ListeningAsync(enough));
            outside.Go();
            pod.Go();
            using var page = PageForward.Start(DemoMap.PathOf(_map.Pod));
            output.WriteLine(Introduction.Text(_map, sidecar, page.Address));
            await ShowAsync(sidecar, [outside, pod], enough);
        }
        output.WriteLine(await sidecar.TerminateAsync(StopPatience)
            ? "the sidecar has let its connections finish, and ended"
            : "the sidecar had connections left, and was ended");
    }

    private TrafficChild StartTraffic(DemoExecutable executable, string space, string side) =>
        TrafficChild.Start(executable.Path, space, side, report => _tallies[report.Name] = report);

    private async Task ShowAsync(DemoSidecar sidecar, TrafficChild[] traffic, CancellationToken enough)
    {
        var screen = new Screen(output, isTerminal);
        Snapshot? shown = null;
        try
        {
            var started = TimeProvider.System.GetTimestamp();
            var (before, talliesBefore) = (await ReadAsync(sidecar, enough), Tallies());
            using var clock = new PeriodicTimer(ReadInterval);
            while (await clock.WaitForNextTickAsync(enough))
            {
                sidecar.ThrowIfEnded();
                Array.ForEach(traffic, child => child.ThrowIfEnded());
                var (now, tallies) = (await ReadAsync(sidecar, enough), Tallies());
                shown = new Snapshot(TimeProvider.System.GetElapsedTime(started), before, now, talliesBefore, tallies);
                screen.Show(shown);
                (before, talliesBefore) = (now, tallies);
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // Seen enough.
        }
        finally
        {
            screen.End(shown);
        }
    }

    private static async Task<SidecarReading> ReadAsync(DemoSidecar sidecar, CancellationToken enough) =>
        new(await sidecar.Admin.MetricsAsync(enough), TimeProvider.System.GetUtcNow());

    private Dictionary<string, TallyReport> Tallies() => new(_tallies);
}
