using System.Net;
using System.Text.RegularExpressions;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Redirect;

/// <summary>
/// From outside, a meshed pod looks as it did: whoever scans it sees the app's ports, and of the mesh only the admin port.
/// </summary>
public sealed partial class PortScanTests(RedirectNetwork network) : IClassFixture<RedirectNetwork>
{
    private const string Admin = "4191";

    [PodFact("nmap")]
    [Trait("fault", "T9")]
    public async Task A_scan_of_every_port_sees_what_it_saw_without_the_mesh()
    {
        using var pod = new RedirectedPod(network);
        pod.Serve(pod.App, IPAddress.IPv6Any, 8080, "app");
        pod.Serve(pod.App, pod.App.V4, 8081, "app");
        pod.Serve(pod.App, IPAddress.Loopback, 8082, "app");
        var bare = await ScanAsync(pod, "-sS", "-p-");
        Assert.Equal(["8080 open", "8081 open", "the rest closed"], bare);

        using var sidecar = await Sidecar.StartAsync(pod.App, new SidecarOptions());

        Assert.Equal(bare, (await ScanAsync(pod, "-sS", "-p-")).Where(l => l != $"{Admin} open"));
    }

    /// <summary>Other probes than SYN: bare ACK, FIN, nothing and everything set. Conntrack takes them for all sorts of things.</summary>
    [PodTheory("nmap")]
    [InlineData("-sA")]
    [InlineData("-sF")]
    [InlineData("-sN")]
    [InlineData("-sX")]
    [InlineData("-sW")]
    public async Task Neither_does_a_scan_with_odd_flags(string kind)
    {
        using var pod = new RedirectedPod(network);
        pod.Serve(pod.App, IPAddress.IPv6Any, 8080, "app");
        pod.Serve(pod.App, IPAddress.Loopback, 8082, "app");
        var bare = await ScanAsync(pod, kind, "-p8080-8083,4140,4143");

        pod.MustApply(new Netfilter.RedirectConfig());
        pod.StandIn();

        Assert.Equal(bare, await ScanAsync(pod, kind, "-p8080-8083,4140,4143"));
    }

    /// <summary>The ports as nmap reports them, one a line, and what it says of the others.</summary>
    private static async Task<string[]> ScanAsync(RedirectedPod pod, string kind, string ports)
    {
        string[] arguments = ["-n", "-Pn", kind, ports, "--max-retries", "5", "-T4", "-oG", "-", pod.App.V4.ToString()];
        var command = new PodCommand("nmap", arguments) { User = null };
        var (exitCode, output) = await PodProcess.RunAsync(pod.Client.Namespace, command);
        Assert.True(exitCode == 0, output);
        var lines = PortState().Matches(output).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}").ToList();
        if (IgnoredState().Match(output) is { Success: true } rest)
            lines.Add($"the rest {rest.Groups[1].Value}");
        return [.. lines];
    }

    [GeneratedRegex(@"(\d+)/([a-z|]+)/tcp")]
    private static partial Regex PortState();

    [GeneratedRegex(@"Ignored State: ([a-z|]+)")]
    private static partial Regex IgnoredState();
}
