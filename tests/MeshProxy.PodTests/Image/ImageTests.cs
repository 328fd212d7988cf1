using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MeshProxy.PodTests.Image.Support;
using MeshProxy.PodTests.Lifecycle.Kubelet;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;
using MeshProxy.Tests.Support;

namespace MeshProxy.PodTests.Image;

/// <summary>The repository's Dockerfile, built by buildah, and its image run as a pod by podman.</summary>
[Collection(ImageCollection.Name)]
public sealed class ImageTests(ImageFixture fixture)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    [PodFact("buildah", "podman", "conmon", "runc", "setcap", "tar")]
    public async Task Image_runs_as_nobody_in_particular_and_says_what_it_is()
    {
        var store = await fixture.BuiltAsync();
        var made = JsonNode.Parse(await store.PodmanAsync("inspect", "--type", "image", ImageFixture.Name))![0]!;
        var config = made["Config"]!;

        Assert.Equal("2102:2102", (string?)config["User"]);
        Assert.Equal("/etc/meshproxy", (string?)config["WorkingDir"]);
        Assert.Equal(ImageFixture.Version, (string?)config["Labels"]!["org.opencontainers.image.version"]);
        Assert.Equal(ImageFixture.Revision, (string?)config["Labels"]!["org.opencontainers.image.revision"]);
        var printed = await store.PodmanAsync("run", "--rm", "--network", "none", ImageFixture.Name, "--version");
        Assert.Equal($"{ImageFixture.Version}+{ImageFixture.Revision}", printed.Trim());
    }

    [Fact]
    public void Version_of_an_image_is_by_default_the_build_s()
    {
        var build = File.ReadAllText(Repository.PathOf("Directory.Build.props"));
        var image = File.ReadAllText(Repository.PathOf("Dockerfile"));
        var version = Regex.Match(build, "<VersionPrefix>(.*)</VersionPrefix>").Groups[1].Value;
        var stages = Regex.Matches(image, "^ARG VERSION=(.*)$", RegexOptions.Multiline);
        Assert.Equal([version, version], stages.Select(stage => stage.Groups[1].Value));
    }

    /// <summary>One of the two may change the network.</summary>
    [PodFact("buildah", "podman", "conmon", "runc", "setcap", "tar", "nginx", "curl")]
    public async Task Image_holds_one_executable_twice_and_no_shell()
    {
        var store = await fixture.BuiltAsync();
        var root = (await store.PodmanAsync("image", "mount", ImageFixture.Name)).Trim();
        try
        {
            var (run, init) = (root + "/usr/local/bin/meshproxy", root + "/usr/local/bin/meshproxy-init");
            Assert.Equal(await File.ReadAllBytesAsync(run), await File.ReadAllBytesAsync(init));
            Assert.Equal("", Tool.Run("getcap", [run]));
            Assert.EndsWith("cap_net_admin=ep", Tool.Run("getcap", [init]).Trim());
            Assert.Equal(["meshproxy", "meshproxy-init"], Directory.GetFiles(root + "/usr/local/bin").Select(Path.GetFileName).Order());
            Assert.False(File.Exists(root + "/bin/sh") || File.Exists(root + "/usr/bin/sh"));
            Assert.True(File.Exists(root + "/licenses/meshproxy"));
        }
        finally
        {
            await store.PodmanAsync("image", "unmount", ImageFixture.Name);
        }
    }

    [PodFact("buildah", "podman", "conmon", "runc", "catatonit", "setcap", "tar", "nginx", "curl")]
    public async Task Pod_of_the_image_carries_traffic_before_and_after_its_sidecar_is_killed()
    {
        var store = await fixture.BuiltAsync();
        using var network = new PodNetwork();
        var (meshed, plain) = (network.AddPod("meshed"), network.AddPod("plain"));
        using var peer = new NginxServer();
        await peer.StartAsync(plain);
        using var pod = new ImagePod(store, meshed, InjectedPod.Of(native: true, Grace));
        await pod.StartAsync();

        await ExchangeAsync(pod, meshed, plain, peer);
        await pod.KillSidecarAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => ExchangeAsync(pod, meshed, plain, peer));
        await pod.RestartSidecarAsync();
        await ExchangeAsync(pod, meshed, plain, peer);

        Assert.Equal(0, await pod.StopSidecarAsync());
        Assert.All(await pod.SidecarLogAsync(), line => Assert.Contains(" info ", line));
    }

    /// <summary>
    /// Native: the preStop hook makes a lame duck of the sidecar, which goes on. Classic: the app starts behind the postStart hook, and can
    /// dial at once; its sidecar has no other hook.
    /// </summary>
    [PodTheory("buildah", "podman", "conmon", "runc", "catatonit", "setcap", "tar", "nginx", "curl")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hooks_of_the_manifest_do_inside_the_image_what_they_are_for(bool native)
    {
        var store = await fixture.BuiltAsync();
        using var network = new PodNetwork();
        var (meshed, plain) = (network.AddPod("meshed"), network.AddPod("plain"));
        using var pod = new ImagePod(store, meshed, InjectedPod.Of(native, Grace));
        await pod.StartAsync();
        Assert.True(await pod.Admin.IsReadyAsync());

        await pod.HookAsync("preStop");

        Assert.NotEqual(native, await pod.Admin.IsReadyAsync());
        var head = await Curl.RunAsync(plain, "--include", $"http://{meshed.Endpoint(IpFamily.V4, ImagePod.AppPort)}/");
        Assert.EndsWith("from the app\n", head);
        Assert.Equal(native, head.Contains("connection: close", StringComparison.OrdinalIgnoreCase));
        await pod.StopAppAsync(seconds: 20);
        Assert.Equal(0, await pod.StopSidecarAsync());
    }

    /// <summary>The kubelet's order: the job ends, then hook and signal of the sidecar.</summary>
    [PodFact("buildah", "podman", "conmon", "runc", "catatonit", "setcap", "tar", "nginx", "curl")]
    public async Task Sidecar_of_a_job_ends_behind_it_with_0()
    {
        var store = await fixture.BuiltAsync();
        using var network = new PodNetwork();
        var (meshed, plain) = (network.AddPod("meshed"), network.AddPod("plain"));
        using var peer = new NginxServer();
        await peer.StartAsync(plain);
        using var pod = new ImagePod(store, meshed, InjectedPod.Of(native: true, Grace));
        await pod.StartMeshAsync();
        await pod.StartAppAsync($"curl -sf --max-time 30 http://{plain.Endpoint(IpFamily.V4, peer.Port)}/received >/dev/null && exit 3");
        Assert.Equal(3, await pod.AppEndedAsync());
        await pod.HookAsync("preStop");
        Assert.Equal(0, await pod.StopSidecarAsync());
    }

    /// <summary>The app is killed with a connection open, and the sidecar has the kubelet's floor of 2 s.</summary>
    [PodFact("buildah", "podman", "conmon", "runc", "catatonit", "setcap", "tar", "nginx", "curl")]
    public async Task Sidecar_of_an_app_that_uses_its_whole_grace_ends_in_order()
    {
        var store = await fixture.BuiltAsync();
        using var network = new PodNetwork();
        var (meshed, plain) = (network.AddPod("meshed"), network.AddPod("plain"));
        using var server = plain.Namespace.Listen(plain.V4, 8080);
        using var pod = new ImagePod(store, meshed, InjectedPod.Of(native: true, Grace));
        await pod.StartMeshAsync();
        await pod.StartAppAsync($"trap '' TERM; exec 3<>/dev/tcp/{plain.V4}/8080; while :; do sleep 0.2; done");
        using var peer = await server.AcceptAsync().WaitAsync(Bound.Start);
        await pod.HookAsync("preStop");
        Assert.Equal(128 + (int)Signal.Kill, await pod.StopAppAsync((int)Grace.TotalSeconds));
        Assert.Equal(0, await pod.StopSidecarAsync(seconds: 2));
    }

    /// <summary>Both ways through the sidecar, as its own counters say.</summary>
    private static async Task ExchangeAsync(ImagePod pod, Pod meshed, Pod plain, NginxServer peer)
    {
        foreach (var family in Enum.GetValues<IpFamily>())
        {
            Assert.Equal("from the app\n", await Curl.RunAsync(plain, $"http://{meshed.Endpoint(family, ImagePod.AppPort)}/"));
            Assert.StartsWith("received ", await pod.FetchFromAppAsync($"http://{plain.Endpoint(family, peer.Port)}/received"));
        }
        var metrics = await pod.Admin.MetricsAsync();
        foreach (var direction in new[] { "inbound", "outbound" })
            Assert.Equal(2, metrics.Sum("meshproxy_detections_total", ("direction", direction), ("result", "http1")));
    }
}
