using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;

namespace MeshProxy.PodTests.Cni;

/// <summary>
/// Under podman with its CNI backend: a second runtime that nobody here wrote. It asks for the versions first, hands over no annotations,
/// so that the plugin asks an API server for them, and takes a container down by the list it was started with.
/// </summary>
public sealed class PodmanTests
{
    [PodFact("podman", "conmon", "runc", PauseImage.Program, CniNode.RealPlugins + "/bridge", "iptables")]
    public async Task Containers_pass_or_are_redirected_or_fail_with_the_cause_and_can_be_taken_down_after_an_uninstall()
    {
        using var files = new ScratchDirectory();
        using var node = new CniNode("bridge");
        using var server = new AnnotationServer(node.Namespace, new Dictionary<string, string>
        {
            ["meshed"] = CniSandbox.Defaults,
            ["bad"] = """{"version":1,"inbound-port":"http"}""",
        });
        await File.WriteAllTextAsync(files.PathOf("token"), "secret");
        node.List["plugins"]!.AsArray().Last()!["api"] = server.Entry(files.PathOf("token"));
        WriteFiles(files, node);

        var folders = $"--root {files.PathOf("root")} --runroot {files.PathOf("runroot")} --tmpdir {files.PathOf("tmp")}";
        var uninstall = $"{Container.Executable} cni uninstall --quiet-for 100ms"
            + $" --bin-dir {node.Binaries} --conf-dir {files.PathOf("net.d")}";
        // One shell, in mounts and processes of its own: podman keeps namespaces and results in fixed folders.
        var script = $$"""
            set -e
            mkdir -p /var/lib/cni /run/netns
            mount -t tmpfs none /var/lib/cni
            mount -t tmpfs none /run/netns
            podman="podman {{folders}} --storage-driver vfs"
            rules() { nsenter --net=$($podman inspect $1 --format '{{"{{.NetworkSettings.SandboxKey}}"}}') nft list ruleset; }
            leased() { ls {{node.Leases}}/cluster | grep -c '^10\.88\.'; }
            $podman import --change 'ENTRYPOINT ["/pause","-P"]' {{files.PathOf("pause.tar")}} localhost/pause
            $podman run --detach --name pause --network cluster localhost/pause
            echo "address $($podman inspect pause --format '{{"{{(index .NetworkSettings.Networks \"cluster\").IPAddress}}"}}')"
            echo "pause $(rules pause)."
            $podman run --detach --name meshed --network cluster localhost/pause
            echo "meshed $(rules meshed | grep table)."
            echo "leased $(leased)"
            if $podman run --detach --name bad --network cluster localhost/pause 2>&1; then exit 9; fi
            echo "leased then $(leased)"
            if {{uninstall}} 2>&1; then exit 9; else echo "uninstall $?"; fi
            test -e {{node.Plugin}}
            $podman rm --force --time 0 pause meshed bad
            {{uninstall}}
            test ! -e {{node.Plugin}}
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
        Assert.Contains("pause .", answer.Output);
        Assert.Contains("meshed table inet meshproxy {.", answer.Output);
        Assert.Contains("leased 2", answer.Output);
        Assert.Contains("inbound-port", answer.Output);
        Assert.Contains("inject the pod again", answer.Output);
        Assert.Contains("leased then 2", answer.Output);
        Assert.Contains("stays: 2 containers will be taken down with it (/var/lib/cni/results/", answer.Output);
        Assert.Contains("uninstall 71", answer.Output);
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
