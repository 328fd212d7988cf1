using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>
/// containerd with everything of its own: network, mounts, processes, folders. When it ends, all that it started and mounted ends with it.
/// Its list has real plugins, and ours behind them.
/// </summary>
internal sealed class ContainerdNode : IDisposable
{
    private readonly ScratchDirectory _files = new();
    private readonly NetworkNamespace _space = NetworkNamespace.Create("containerd");
    private readonly Process _containerd;

    private ContainerdNode()
    {
        _space.WriteSetting("net/ipv4/ip_forward", "1");
        _space.WriteSetting("net/ipv6/conf/all/forwarding", "1");
        WriteFiles();
        string[] isolated =
        [
            $"--net={_space.Path}", "--", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
            "containerd", "--config", _files.PathOf("config.toml"),
        ];
        _containerd = Process.Start(new ProcessStartInfo("nsenter", isolated)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _containerd.ErrorDataReceived += (_, _) => { };
        _containerd.BeginErrorReadLine();
        _containerd.BeginOutputReadLine();
        Cri = new CriClient(Socket);
    }

    public NetworkNamespace Namespace => _space;

    public CriClient Cri { get; }

    private string Socket => _files.PathOf("containerd.sock");

    public static async Task<ContainerdNode> StartAsync()
    {
        var node = new ContainerdNode();
        try
        {
            await Bound.UntilAsync(() => Task.FromResult(File.Exists(node.Socket)), Bound.Start, () => "containerd has no socket");
            PauseImage.Write(node._files.PathOf("pause.tar"));
            Tool.Run("ctr", ["--address", node.Socket, "--namespace", "k8s.io", "images", "import", node._files.PathOf("pause.tar")]);
            await Bound.UntilAsync(node.IsNetworkReadyAsync, Bound.Start, () => "containerd takes no list");
            return node;
        }
        catch
        {
            node.Dispose();
            throw;
        }
    }

    /// <returns>The sandbox's id, or null with the error that the kubelet would show in its event.</returns>
    public async Task<(string? Id, string Error)> RunAsync(ProtobufMessage sandbox)
    {
        var (answer, error) = await Cri.CallAsync("RunPodSandbox", new ProtobufMessage().With(1, sandbox));
        return (answer is null ? null : Text(answer, 1), error);
    }

    public static ProtobufMessage Pod(string name, IEnumerable<KeyValuePair<string, string>> annotations) => new ProtobufMessage()
        .With(1, new ProtobufMessage().With(1, name).With(2, Guid.NewGuid().ToString()).With(3, "shop"))
        .With(2, name)
        .With(7, annotations)
        .With(8, new ProtobufMessage());

    /// <summary>Its addresses, and its namespace by a path that is good outside of containerd's mounts.</summary>
    public async Task<(string[] Addresses, string NetworkNamespace)> StatusAsync(string id)
    {
        var request = new ProtobufMessage().With(1, id).With(2, true);
        var answer = ProtobufMessage.Read(await Cri.MustCallAsync("PodSandboxStatus", request)).ToArray();
        var network = ProtobufMessage.Read(answer.First(f => f.Field == 1).Value).First(f => f.Field == 5).Value;
        string[] addresses = [Text(network, 1)!, .. ProtobufMessage.Read(network).Where(f => f.Field == 2).Select(f => Text(f.Value, 1)!)];
        var info = JsonNode.Parse(Text(answer.First(f => f.Field == 2).Value, 2)!)!;
        var path = info["runtimeSpec"]!["linux"]!["namespaces"]!.AsArray()
            .First(n => n!["type"]!.GetValue<string>() == "network")!["path"]!.GetValue<string>();
        return (addresses, $"/proc/{_containerd.Id}/root{path}");
    }

    public async Task StopAsync(string id)
    {
        await Cri.MustCallAsync("StopPodSandbox", new ProtobufMessage().With(1, id));
        await Cri.MustCallAsync("RemovePodSandbox", new ProtobufMessage().With(1, id));
    }

    /// <summary>Addresses of either family that host-local has given out and not got back.</summary>
    public string[] Leased() =>
    [
        .. Directory.GetFiles(_files.PathOf("leases/cluster"))
            .Select(f => Path.GetFileName(f))
            .Where(f => f.StartsWith("10.88.", StringComparison.Ordinal) || f.StartsWith("fd88:", StringComparison.Ordinal)),
    ];

    public void Dispose()
    {
        Cri.Dispose();
        _containerd.Kill();
        _containerd.WaitForExit();
        _space.Dispose();
        _files.Dispose();
    }

    private async Task<bool> IsNetworkReadyAsync()
    {
        var (answer, _) = await Cri.CallAsync("Status", new ProtobufMessage());
        return answer is not null && !Encoding.UTF8.GetString(answer).Contains("NetworkPluginNotReady", StringComparison.Ordinal);
    }

    private void WriteFiles()
    {
        var binaries = Directory.CreateDirectory(_files.PathOf("bin")).FullName;
        foreach (var plugin in new[] { "ptp", "portmap", "host-local", "loopback" })
            File.CreateSymbolicLink(Path.Combine(binaries, plugin), Path.Combine(CniNode.RealPlugins, plugin));
        File.CreateSymbolicLink(Path.Combine(binaries, PluginList.Ours), Container.Executable);
        var lists = Directory.CreateDirectory(_files.PathOf("net.d")).FullName;
        var list = PluginList.Of("ptp", _files.PathOf("leases"), [IpFamily.V4, IpFamily.V6], "0.4.0");
        File.WriteAllText(Path.Combine(lists, "10-cluster.conflist"), list.ToJsonString());
        File.WriteAllText(_files.PathOf("config.toml"), $"""
            version = 2
            root = "{_files.PathOf("root")}"
            state = "{_files.PathOf("state")}"
            [grpc]
              address = "{Socket}"
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "{PauseImage.Name}"
              restrict_oom_score_adj = true
              disable_apparmor = true
              disable_tcp_service = true
              netns_mounts_under_state_dir = true
              [plugins."io.containerd.grpc.v1.cri".containerd]
                snapshotter = "native"
              [plugins."io.containerd.grpc.v1.cri".cni]
                bin_dir = "{binaries}"
                conf_dir = "{lists}"
            """);
    }

    private static string? Text(byte[] message, int field) =>
        ProtobufMessage.Read(message).Where(f => f.Field == field).Select(f => Encoding.UTF8.GetString(f.Value)).FirstOrDefault();
}
