using System.Globalization;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>What a start needed is not held for the months that follow it.</summary>
public sealed class StartupMemoryTests
{
    [PodFact]
    public async Task Memory_of_the_start_is_given_back()
    {
        using var mesh = await Mesh.StartAsync();
        var status = $"/proc/{mesh.Sidecar.Process.Id}/status";
        await Bound.UntilAsync(
            () => Task.FromResult(KiB(status, "VmRSS:") < 0.85 * KiB(status, "VmHWM:")),
            Bound.Exchange,
            () => $"resident {KiB(status, "VmRSS:")} KiB, {KiB(status, "VmHWM:")} at most");
        Assert.True(await mesh.Sidecar.Admin.IsReadyAsync());
    }

    private static double KiB(string status, string name)
    {
        var line = File.ReadLines(status).Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
