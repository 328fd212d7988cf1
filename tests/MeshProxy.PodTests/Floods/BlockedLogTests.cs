using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Floods;

/// <summary>A runtime that does not read the sidecar's output costs lines, and nothing else.</summary>
public sealed class BlockedLogTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [PodFact]
    [Trait("fault", "T25")]
    public async Task Traffic_goes_on_where_nobody_reads_the_log()
    {
        var pipe = _scratch.PathOf("log");
        Tool.Run("mkfifo", ["-m", "0666", pipe]);
        // Open at both ends, and never read: a pipe holds 64 KiB (pipe(7)).
        await using var end = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var settings = new Dictionary<string, string> { ["log.level"] = "debug", ["log.access"] = "json", ["log.rateLimit"] = "0" };
        using var mesh = await Mesh.StartAsync(new SidecarOptions
        {
            Settings = settings,
            Launcher = ["/bin/sh", "-c", "exec \"$@\" >\"$0\"", pipe],
        });
        await ServeAsync(mesh);
        // What cannot be written is no reason to stay.
        mesh.Sidecar.Process.Send(Signal.Terminate);
        Assert.Equal(0, await mesh.Sidecar.Process.ExitAsync(Bound.Exchange));
    }

    public void Dispose() => _scratch.Dispose();

    private static async Task ServeAsync(Mesh mesh)
    {
        await using var side = await SoakSide.StartAsync(mesh.Plain, mesh.App);
        await using var good = new GoodTraffic(side);
        var dropped = await mesh.Sidecar.WatchAsync("meshproxy_log_lines_dropped_total");

        using var server = new PromptServer(mesh.App);
        for (var seed = 0; await dropped.GainAsync() < 1000 && seed < 100; seed++)
            await HostileRequests.AskAsync(mesh.Plain, server, 1000, seed);
        await dropped.ReachesAsync(1000);
        await good.GoesOnAsync(200);

        await good.StopAsync();
        ReliabilityReport.Row(
            "telemetry", "a log pipe that nobody reads", $"{await dropped.GainAsync():N0} lines dropped and counted",
            $"{good.Done:N0} of {good.Done:N0} requests answered, the slowest in {good.Slowest.TotalMilliseconds:0} ms");
    }
}
