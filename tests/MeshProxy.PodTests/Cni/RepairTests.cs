using MeshProxy.Kubernetes.Cni.Repair;
using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Cni;

/// <summary>
/// Pods that started without the plugin, in real namespaces. The node's /proc is the test's own, and its links lead to them.
/// </summary>
public sealed class RepairTests
{
    private const string Uid = "138f0e55-ae38-42ff-b3fe-8ceac244a76d";

    [PodFact("nft")]
    public void A_pod_that_started_without_the_plugin_is_redirected_in_place()
    {
        using var proc = new ScratchDirectory();
        using var host = NetworkNamespace.Create("host");
        using var pod = NetworkNamespace.Create("pod");
        Process(proc, 1, host, "0::/init.scope\n");
        Process(proc, 40, pod, $"0::/kubepods/burstable/pod{Uid}/abc\n");

        var result = new RedirectRepair(proc.Path).Repair(new UnredirectedPod("shop", "cart", Uid, CniSandbox.Defaults, 1));

        Assert.True(result.Outcome == RepairOutcome.Repaired, result.Message);
        Assert.Contains("table inet meshproxy", NamespaceState.Rules(pod));
        Assert.Equal("", NamespaceState.Rules(host));
    }

    [PodFact("nft")]
    public void The_node_itself_is_never_redirected_even_where_the_pod_is_in_its_namespace()
    {
        using var proc = new ScratchDirectory();
        using var host = NetworkNamespace.Create("host");
        Process(proc, 1, host, "0::/init.scope\n");
        Process(proc, 40, host, $"0::/kubepods/burstable/pod{Uid}/abc\n");

        var result = new RedirectRepair(proc.Path).Repair(new UnredirectedPod("shop", "cart", Uid, CniSandbox.Defaults, 1));

        Assert.Equal(RepairOutcome.NotFound, result.Outcome);
        Assert.Contains("delete the pod", result.Message);
        Assert.Equal("", NamespaceState.Rules(host));
    }

    private static void Process(ScratchDirectory proc, int id, NetworkNamespace space, string cgroup)
    {
        var folder = Directory.CreateDirectory(proc.PathOf($"{id}/ns")).Parent!.FullName;
        File.WriteAllText(Path.Combine(folder, "cgroup"), cgroup);
        File.CreateSymbolicLink(Path.Combine(folder, "ns/net"), space.Path);
    }
}
