using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>What a start needed is not held for the months that follow it.</summary>
public sealed class StartupMemoryTests
{
    [PodFact]
    public async Task Memory_of_the_start_is_given_back()
    {
        using var mesh = await Mesh.StartAsync();
        var pid = mesh.Sidecar.Process.Id;
        await Bound.UntilAsync(
            () => Task.FromResult(ProcessStatus.Read(pid, "VmRSS") < 0.85 * ProcessStatus.Read(pid, "VmHWM")),
            Bound.Exchange,
            () => $"resident {ProcessStatus.Read(pid, "VmRSS")} KiB, {ProcessStatus.Read(pid, "VmHWM")} at most");
        Assert.True(await mesh.Sidecar.Admin.IsReadyAsync());
    }
}
