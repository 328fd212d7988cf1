using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Faults;

/// <summary>The disk that the log goes to is full: every write(2) ends with ENOSPC, as full(4) makes it.</summary>
public sealed class FullDiskTests
{
    private const int Requests = 500;

    [PodFact, Trait("fault", "T25")]
    public async Task A_full_disk_costs_log_lines_which_are_counted_and_nothing_else()
    {
        using var mesh = await Mesh.StartAsync(new SidecarOptions
        {
            Settings = new Dictionary<string, string> { ["log.level"] = "debug", ["log.access"] = "json", ["log.rateLimit"] = "0" },
            Launcher = ["/bin/sh", "-c", "exec \"$@\" >/dev/full", "sh"],
        });
        using var server = new PromptServer(mesh.App);
        var lost = await mesh.Sidecar.WatchAsync("meshproxy_log_lines_dropped_total");

        await HostileRequests.AskAsync(mesh.Plain, server, Requests, seed: 1);

        await lost.ReachesAsync(Requests);
        mesh.Sidecar.Process.Send(Signal.Terminate);
        Assert.Equal(0, await mesh.Sidecar.Process.ExitAsync(Bound.Exchange));
    }
}
