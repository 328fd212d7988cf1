using MeshProxy.Kubernetes.Cni.Repair;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Cni.Repair;

/// <summary>A /proc of the test's own: the kernel's links say no more than their text.</summary>
public sealed class PodNamespaceTests : IDisposable
{
    private const string Uid = "138f0e55-ae38-42ff-b3fe-8ceac244a76d";
    private const string Cgroup = "0::/kubepods/burstable/pod138f0e55-ae38-42ff-b3fe-8ceac244a76d/abc\n";
    private const string SystemdCgroup = "12:pids:/kubepods.slice/kubepods-pod138f0e55_ae38_42ff_b3fe_8ceac244a76d.slice/cri-abc.scope\n";

    private readonly TemporaryFolder _proc = new();

    public PodNamespaceTests()
    {
        Process(1, "net:[1]", "0::/init.scope\n");
        Directory.CreateDirectory(_proc.PathOf("sys"));
    }

    [Theory]
    [InlineData(Cgroup)]
    [InlineData(SystemdCgroup)]
    public void A_process_in_the_pods_cgroup_leads_to_its_namespace(string cgroup)
    {
        Process(10, "net:[7]", cgroup);
        Process(11, "net:[7]", cgroup);
        Process(12, "net:[9]", "0::/kubepods/pod00000000-0000-0000-0000-000000000000/x\n");
        // The text of a link cannot be opened, so that what was found shows in the error.
        Assert.Contains("/10/ns/net", Refusal() + Refusal().Replace("/11/", "/10/", StringComparison.Ordinal));
    }

    [Fact]
    public void The_node_s_own_namespace_is_never_taken()
    {
        Process(10, "net:[1]", Cgroup);
        Assert.Contains("in the node's own network namespace", Refusal());
    }

    [Fact]
    public void Two_namespaces_are_no_certainty()
    {
        Process(10, "net:[7]", Cgroup);
        Process(11, "net:[8]", Cgroup);
        Assert.Contains("in 2 network namespaces", Refusal());
    }

    /// <summary>CRI-O's conmon, with conmon_cgroup = "pod": in the pod's cgroup, and in the node's namespace.</summary>
    [Fact]
    public void A_monitor_of_the_runtime_beside_the_pod_does_not_count()
    {
        Process(10, "net:[1]", Cgroup);
        Process(11, "net:[7]", Cgroup);
        Assert.Contains("/11/ns/net", Refusal());
        Process(12, "net:[8]", Cgroup);
        Assert.Contains("in 2 network namespaces", Refusal());
    }

    [Fact]
    public void A_pod_without_a_process_is_not_found()
    {
        Assert.Contains("no process", Refusal());
        Assert.Null(PodNamespace.Find("", _proc.Path, out _));
    }

    [Fact]
    public void Where_the_node_s_own_cannot_be_told_nothing_is_taken()
    {
        File.Delete(_proc.PathOf("1/ns/net"));
        Process(10, "net:[7]", Cgroup);
        Assert.Contains("cannot be told", Refusal());
    }

    public void Dispose() => _proc.Dispose();

    private string Refusal()
    {
        Assert.Null(PodNamespace.Find(Uid, _proc.Path, out var reason));
        return reason;
    }

    private void Process(int id, string link, string cgroup)
    {
        Directory.CreateDirectory(_proc.PathOf($"{id}/ns"));
        File.WriteAllText(_proc.PathOf($"{id}/cgroup"), cgroup);
        File.CreateSymbolicLink(_proc.PathOf($"{id}/ns/net"), link);
    }
}
