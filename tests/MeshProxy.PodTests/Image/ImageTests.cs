using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MeshProxy.PodTests.Image.Support;
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
        using var pod = new ImagePod(store, meshed);
        await pod.StartAsync();

        await ExchangeAsync(pod, meshed, plain, peer);
        await pod.KillSidecarAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => ExchangeAsync(pod, meshed, plain, peer));
        await pod.RestartSidecarAsync();
        await ExchangeAsync(pod, meshed, plain, peer);

        Assert.Equal(0, await pod.StopSidecarAsync());
        Assert.All(await pod.SidecarLogAsync(), line => Assert.Contains(" info ", line));
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
