using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// The wall clock jumps by a day, both ways, for the sidecar alone: libfaketime(1) answers its calls for the time of day and leaves the
/// monotonic clock. Time namespaces have no wall clock (time_namespaces(7)).
/// </summary>
public sealed class ClockTests : IDisposable
{
    private const int DaySeconds = 86400;
    private readonly ScratchDirectory _scratch = new();

    [PodFact("faketime")]
    [Trait("fault", "T22")]
    public async Task A_wall_clock_that_jumps_a_day_ends_nothing_and_makes_no_figure_wrong()
    {
        var offset = _scratch.PathOf("offset");
        await File.WriteAllTextAsync(offset, "+0s");
        var library = Tool.Run("faketime", ["-f", "+0s", "printenv", "LD_PRELOAD"]).Trim();
        using var mesh = await Mesh.StartAsync(new SidecarOptions
        {
            Settings = OpaqueRange.Settings,
            Launcher =
            [
                "env", $"LD_PRELOAD={library}", $"FAKETIME_TIMESTAMP_FILE={offset}",
                "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
            ],
        });
        await using var side = await SoakSide.StartAsync(mesh.Plain, mesh.App);
        using var session = await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4);
        await using var good = new GoodTraffic(side);
        var closed = await ClosedConnections.WatchAsync(mesh.Sidecar);
        var began = await StartTimeAsync(mesh);

        foreach (var jump in new[] { DaySeconds, -DaySeconds, 1, -1, 0 })
        {
            await File.WriteAllTextAsync(offset, $"{(jump < 0 ? "" : "+")}{jump}s");
            // The process is as old as it was, so its start moves with the clock: the jump has happened.
            await Bound.UntilAsync(
                async () => Math.Abs(await StartTimeAsync(mesh) - began - jump) < 0.5,
                Bound.Exchange,
                () => $"the clock did not jump by {jump} s");
            await good.GoesOnAsync(50);
            await session.ExchangeAsync();
        }

        await good.StopAsync();
        await closed.AllCompletedAsync();
        await Figures.MakeSenseAsync(mesh.Sidecar, longestSeconds: 120);
        ReliabilityReport.Row(
            "clock", "wall clock +1 day, −1 day, ±1 s", $"{good.Done:N0} requests meanwhile",
            $"none failed, slowest {good.Slowest.TotalMilliseconds:0} ms");
    }

    public void Dispose() => _scratch.Dispose();

    private static async Task<double> StartTimeAsync(Mesh mesh) =>
        (await mesh.Sidecar.Admin.MetricsAsync()).Sum("process_start_time_seconds");
}
