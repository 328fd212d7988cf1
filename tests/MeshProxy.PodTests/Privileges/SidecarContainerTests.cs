using System.Globalization;
using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Privileges;

/// <summary>
/// The sidecar as a container under Kubernetes' restricted profile: no capability at all, no_new_privs, default seccomp, a read-only root.
/// </summary>
public sealed class SidecarContainerTests
{
    private const int Requests = 200;

    [PodFact("runc", "nft", Container.SeccompProfile)]
    public async Task It_serves_with_no_right_and_touches_nothing_it_was_not_asked_to()
    {
        using var pod = RedirectedPod.Alone();
        await pod.MustRunAsync(MeshProxyExecutable.Path, "init");
        using var inbound = new PromptServer(pod.App);
        using var outbound = new PromptServer(pod.Client);
        var world = new OutsideWorld(pod.App.Namespace, inbound.Endpoint, outbound.Endpoint);
        using var container = new Container
        {
            User = Sidecar.User,
            Capabilities = [],
            FileCapabilities = null,
            Command = ["/meshproxy", "run"],
        };
        var running = container.RunAsync(pod.App.Namespace);
        using var admin = new AdminClient(pod.App.Namespace);
        await Bound.UntilAsync(
            async () => running.IsCompleted ? throw new InvalidOperationException((await running).Output) : await admin.IsReadyAsync(),
            Bound.Start,
            () => "the container is not ready");

        await HostileRequests.AskAsync(pod.Client, inbound, Requests, seed: 1);
        await HostileRequests.AskAsync(pod.App, outbound, Requests, seed: 2);
        Assert.Equal(2 * Requests, (await admin.MetricsAsync()).Sum("meshproxy_http_requests_total", ("status", "200")));
        var process = Process(pod.App.Namespace);
        var held = Rights(process);
        NothingWritten(process);
        var (asked, unasked) = world.Read();

        Signals.Send(process, Signal.Terminate);
        var (exitCode, output) = await running;
        Assert.True(exitCode == 0, output);
        Assert.True(asked >= 2, $"the audit saw {asked} connections");
        Assert.True(unasked == 0, world.Describe());
        ReliabilityReport.Row(
            "privileges", "container, restricted profile",
            $"{2 * Requests} requests", $"{held}", $"{unasked} packets to anywhere not asked for");
    }

    /// <summary>The one process in the pod, which is the container's first.</summary>
    private static int Process(NetworkNamespace space) => Tool.Run("ip", ["netns", "pids", space.Name])
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(id => int.Parse(id, CultureInfo.InvariantCulture))
        .Single();

    private static string Rights(int process)
    {
        var status = File.ReadLines($"/proc/{process}/status")
            .Select(line => line.Split(':', 2))
            .ToDictionary(line => line[0], line => line[1].Trim());
        foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" })
            Assert.Equal("0000000000000000", status[set]);
        Assert.Equal("1", status["NoNewPrivs"]);
        // 2 is a filter (proc_pid_status(5)).
        Assert.Equal("2", status["Seccomp"]);
        Assert.Equal(["2102", "2102", "2102", "2102"], status["Uid"].Split('\t'));
        Assert.All(Directory.GetDirectories($"/proc/{process}/task"), task => Assert.Equal("", File.ReadAllText(task + "/children")));
        return "no capability, no_new_privs, seccomp filter, uid 2102, no child";
    }

    /// <summary>The root is read-only, /tmp stays empty, and no descriptor is a file that could be written.</summary>
    private static void NothingWritten(int process)
    {
        Assert.Empty(Directory.GetFileSystemEntries($"/proc/{process}/root/tmp"));
        var root = File.ReadLines($"/proc/{process}/mountinfo").Single(line => line.Split(' ')[4] == "/").Split(' ')[5];
        Assert.Contains("ro", root.Split(','));
        foreach (var descriptor in new DirectoryInfo($"/proc/{process}/fd").EnumerateFileSystemInfos())
        {
            // Sockets, pipes and the like have names without a slash; a memfd is the process's own memory.
            if (descriptor.LinkTarget is not ['/', ..] target
                || target == "/dev/null"
                || target.StartsWith("/memfd:", StringComparison.Ordinal))
                continue;
            var flags = File.ReadLines($"/proc/{process}/fdinfo/{descriptor.Name}")
                .Single(line => line.StartsWith("flags:", StringComparison.Ordinal));
            // O_ACCMODE, two bits of the last octal digit: 0 is read-only (open(2)).
            Assert.True((flags[^1] - '0') % 4 == 0, $"{target} is open for writing");
        }
    }
}
