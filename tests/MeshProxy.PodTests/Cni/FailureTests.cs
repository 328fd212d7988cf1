using System.Text.Json.Nodes;
using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni;

/// <summary>
/// Each way that a pod cannot be redirected has its own code, and says what mends it. No way harms a pod that is not ours.
/// </summary>
public sealed class FailureTests
{
    private static JsonObject Previous => new() { ["cniVersion"] = "1.0.0", ["ips"] = new JsonArray() };

    [PodFact]
    public async Task The_node_s_own_namespace_is_never_redirected()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create();
        var answer = await node.CallOursAsync("ADD", pod, Previous, node.Namespace.Path);
        Assert.Equal(102, answer.Code);
        Assert.Contains("the node's own network namespace", answer.Message);
        Assert.Equal("", NamespaceState.Rules(node.Namespace));
    }

    [PodTheory]
    [InlineData("/run/netns/gone")]
    [InlineData("/etc/passwd")]
    public async Task What_is_no_namespace_is_named(string path)
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create();
        var answer = await node.CallOursAsync("ADD", pod, Previous, path);
        Assert.Equal(102, answer.Code);
        Assert.Contains(path, answer.Message);
    }

    [PodFact("nft")]
    public async Task Another_mesh_s_rules_are_named_and_stay()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create();
        Tool.Run("ip", ["netns", "exec", pod.Namespace.Name, "nft", "-f", "-"],
            "table ip nat { chain PROXY_INIT_REDIRECT { tcp dport 1-65535 redirect to :4143; }; }\n");
        var answer = await node.CallOursAsync("ADD", pod, Previous);
        Assert.Equal(105, answer.Code);
        Assert.Contains("PROXY_INIT_REDIRECT", answer.Message);
        Assert.Contains("take the other mesh's", answer.Message);
        Assert.DoesNotContain("meshproxy", NamespaceState.Rules(pod.Namespace));
        Assert.Equal(0, (await node.CallOursAsync("ADD", pod with { Redirect = null }, Previous)).ExitCode);
    }

    [PodFact("nft")]
    public async Task A_check_says_what_is_missing()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create();
        (await node.CallOursAsync("ADD", pod, Previous)).Must();
        (await node.CallOursAsync("CHECK", pod, Previous)).Must();
        Tool.Run("ip", ["netns", "exec", pod.Namespace.Name, "nft", "flush", "ruleset"]);
        var answer = await node.CallOursAsync("CHECK", pod, Previous);
        Assert.Equal(107, answer.Code);
        Assert.Contains("no redirect is configured", answer.Message);
    }

    [PodFact]
    public async Task Without_the_capabilities_the_missing_one_is_named()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create();
        var answer = await RunAsync(node, "ADD", pod, "/usr/bin/setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin");
        Assert.Equal(104, answer.Code);
        Assert.Contains("CAP_SYS_ADMIN", answer.Message);
    }

    [PodTheory(RefusedNetfilter.Python)]
    [InlineData(RefusedNetfilter.NoSuchProtocol, 103, "this kernel has no netfilter netlink", "load nf_tables")]
    [InlineData(RefusedNetfilter.NoBuffers, 108, "no netlink socket", "see the node's kernel log")]
    public async Task A_kernel_that_cannot_is_told_from_one_that_refuses(int errno, int code, string cause, string cure)
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create();
        var answer = await RunAsync(node, "ADD", pod, RefusedNetfilter.With(errno));
        Assert.Equal((1, code), (answer.ExitCode, answer.Code));
        Assert.Contains(cause, answer.Message);
        Assert.Contains(cure, answer.Message);
        Assert.Equal(0, (await RunAsync(node, "ADD", pod with { Redirect = null }, RefusedNetfilter.With(errno))).ExitCode);
        Assert.Equal(50, (await RunAsync(node, "STATUS", pod, RefusedNetfilter.With(errno))).Code);
        Assert.Equal("", NamespaceState.Rules(pod.Namespace));
    }

    [PodFact]
    public async Task A_pod_that_lacks_the_ipv6_it_requires_is_told_so_and_not_to_load_modules()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create("""{"version":1,"ipv6":"required"}""");
        var answer = await node.CallOursAsync("ADD", pod, Previous);
        Assert.Equal(111, answer.Code);
        Assert.Contains("meshproxy.io/ipv6", answer.Message);
        Assert.DoesNotContain("nf_tables", answer.Message);
    }

    [PodFact("nft")]
    public async Task Rules_that_take_connections_elsewhere_are_found_by_connecting()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create();
        pod.Namespace.Configure(
            "link add eth0 type veth peer name eth1", "address add 10.9.0.2/24 dev eth0",
            "link set eth0 up", "link set eth1 up", "route add default dev eth0");
        Tool.Run("ip", ["netns", "exec", pod.Namespace.Name, "nft", "-f", "-"],
            "table inet other { chain first { type nat hook output priority -110; meta l4proto tcp redirect to :9; }; }\n");
        var answer = await node.CallOursAsync("ADD", pod, Previous);
        Assert.Equal((1, 106), (answer.ExitCode, answer.Code));
        Assert.Contains("should arrive at 127.0.0.1:4140", answer.Message);
        Assert.Contains("nft list ruleset", answer.Message);
    }

    [PodFact]
    public async Task The_status_is_good_where_a_pod_could_be_redirected_and_50_where_not()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create();
        (await RunAsync(node, "STATUS", pod)).Must();
        var answer = await RunAsync(
            node, "STATUS", pod, "/usr/bin/setpriv", "--bounding-set=-sys_admin,-net_admin", "--inh-caps=-sys_admin,-net_admin");
        Assert.Equal(50, answer.Code);
    }

    private static Task<CniAnswer> RunAsync(CniNode node, string command, CniSandbox pod, params string[] before)
    {
        var input = PluginList.OurEntry();
        (input["name"], input["cniVersion"], input["prevResult"]) = ("cluster", "1.0.0", Previous);
        input["runtimeConfig"] = new JsonObject { ["io.kubernetes.cri.pod-annotations"] = pod.Annotations };
        return CniProcess.RunAsync(node.Namespace, node.Plugin, pod.Environment(command, node.Binaries), input.ToJsonString(), before);
    }
}
