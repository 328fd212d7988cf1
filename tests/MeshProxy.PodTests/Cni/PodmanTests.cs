using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Support;

namespace MeshProxy.PodTests.Cni;

/// <summary>
/// Under podman with its CNI backend: a second runtime that nobody here wrote. It asks for the versions first, hands over no annotations,
/// and gives DEL the previous result.
/// </summary>
public sealed class PodmanTests
{
    [PodFact("podman", "conmon", "runc", PauseImage.Program, CniNode.RealPlugins + "/bridge", "iptables")]
    public async Task A_container_starts_and_stops_with_the_plugin_in_its_list()
    {
        using var files = new ScratchDirectory();
        using var node = new CniNode("bridge");
        WriteFiles(files, node);

        var folders = $"--root {files.PathOf("root")} --runroot {files.PathOf("runroot")} --tmpdir {files.PathOf("tmp")}";
        // One shell, in mounts and processes of its own: podman keeps namespaces and results in fixed folders.
        var script = $"""
            set -e
            mkdir -p /var/lib/cni /run/netns
            mount -t tmpfs none /var/lib/cni
            mount -t tmpfs none /run/netns
            podman="podman {folders} --storage-driver vfs"
            $podman import --change 'ENTRYPOINT ["/pause","-P"]' {files.PathOf("pause.tar")} localhost/pause
            $podman run --detach --name pause --network cluster localhost/pause
            echo "address $($podman inspect pause --format '{"{{(index .NetworkSettings.Networks \"cluster\").IPAddress}}"}')"
            echo "rules $(nsenter --net=/run/netns/$(ls /run/netns) nft list ruleset)."
            echo "leased $(ls {node.Leases}/cluster | grep -c '^10\.88\.')"
            $podman rm --force --time 0 pause
            """;
        var answer = await CniProcess.RunAsync(
            node.Namespace, "/bin/sh",
            new Dictionary<string, string>
            {
                ["CONTAINERS_CONF"] = files.PathOf("containers.conf"),
                ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
            },
            script, "/usr/bin/unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc");

        answer.Must();
        Assert.Contains("address 10.88.0.", answer.Output);
        Assert.Contains("rules .", answer.Output);
        Assert.Contains("leased 1", answer.Output);
        Assert.Empty(node.Leased());
    }

    private static void WriteFiles(ScratchDirectory files, CniNode node)
    {
        PauseImage.WriteLayer(files.PathOf("pause.tar"));
        Directory.CreateDirectory(files.PathOf("net.d"));
        node.List["cniVersion"] = "0.4.0";
        File.WriteAllText(files.PathOf("net.d/10-cluster.conflist"), node.List.ToJsonString());
        File.WriteAllText(files.PathOf("containers.conf"), $"""
            [containers]
            default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
            [engine]
            runtime = "runc"
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            [network]
            network_backend = "cni"
            cni_plugin_dirs = ["{node.Binaries}", "{CniNode.RealPlugins}"]
            network_config_dir = "{files.PathOf("net.d")}"
            default_network = "cluster"
            """);
    }
}
