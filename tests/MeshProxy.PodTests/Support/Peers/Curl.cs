using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Peers;

internal static class Curl
{
    /// <summary>Runs curl in a pod and returns what it printed. A status of 400 or more, or a broken transfer, is a failure.</summary>
    public static async Task<string> RunAsync(Pod pod, params string[] arguments)
    {
        var command = new PodCommand("curl", ["--silent", "--show-error", "--fail", "--noproxy", "*", "--max-time", "30", .. arguments]);
        var (exitCode, output) = await PodProcess.RunAsync(pod.Namespace, command);
        Assert.True(exitCode == 0, $"curl ended with {exitCode}: {output}");
        return output;
    }
}
