using System.Net;
using System.Text;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni;

/// <summary>
/// Under containerd, asked as the kubelet asks it: annotations in, a redirected pod or an error that explains itself out.
/// </summary>
public sealed class ContainerdTests
{
    private const ushort ServerPort = 8080;

    [PodFact("containerd", "ctr", "runc", PauseImage.Program, CniNode.RealPlugins + "/ptp", "iptables")]
    public async Task A_pod_with_the_annotation_is_redirected_and_one_without_is_not_and_a_bad_one_says_why()
    {
        using var node = await ContainerdNode.StartAsync();

        var (meshed, error) = await node.RunAsync(ContainerdNode.Pod("meshed", Annotation(CniSandbox.Defaults)));
        Assert.True(meshed is not null, error);
        var (addresses, space) = await node.StatusAsync(meshed);
        Assert.Equal(2, addresses.Length);
        Assert.Equal(RedirectState.InForce, Inspect(space).State);
        using var pod = NetworkNamespace.Attach("meshed", space);
        await TrafficPassesTheSidecarAsync(node.Namespace, pod, addresses);

        var (plain, _) = await node.RunAsync(ContainerdNode.Pod("plain", []));
        Assert.Equal(RedirectState.Failed, Inspect((await node.StatusAsync(plain!)).NetworkNamespace).State);

        var leased = node.Leased();
        Assert.Equal(4, leased.Length);
        var (bad, eventText) = await node.RunAsync(ContainerdNode.Pod("bad", Annotation("""{"version":1,"proxy-uid":"root"}""")));
        Assert.Null(bad);
        Assert.Equal(leased, node.Leased());
        Assert.Contains("failed to setup network for sandbox", eventText);
        Assert.Contains("plugin type=\"meshproxy-cni\"", eventText);
        Assert.Contains("meshproxy.io/redirect: proxy-uid", eventText);
        Assert.Contains("inject the pod again", eventText);

        await node.StopAsync(meshed);
        await node.StopAsync(plain!);
        Assert.Empty(node.Leased());
    }

    /// <summary>
    /// Both ways, in both families, by the real sidecar: a server of the pod's is asked from the node, and one of the node's from the pod.
    /// </summary>
    private static async Task TrafficPassesTheSidecarAsync(NetworkNamespace node, NetworkNamespace pod, string[] addresses)
    {
        using var sidecar = PodProcess.Start(pod, new PodCommand(MeshProxyExecutable.Path, "run") { User = Sidecar.User });
        using var admin = new AdminClient(pod);
        await Bound.UntilAsync(admin.IsReadyAsync, Bound.Start, sidecar.Describe);
        foreach (var address in addresses.Select(IPAddress.Parse))
        {
            using var app = Answering.Start(pod, address, ServerPort, "from the app");
            Assert.Equal("from the app", await AskAsync(node, new IPEndPoint(address, ServerPort)));
            var outside = IPAddress.Parse(address.GetAddressBytes().Length == 4 ? "192.0.2.7" : "2001:db8::7");
            node.Configure($"address add {outside} dev lo");
            using var server = Answering.Start(node, outside, ServerPort, "from outside");
            Assert.Equal("from outside", await AskAsync(pod, new IPEndPoint(outside, ServerPort)));
        }
        var metrics = await admin.MetricsAsync();
        Assert.Equal(2, metrics.Sum("meshproxy_connections_opened_total", ("direction", "inbound")));
        Assert.Equal(2, metrics.Sum("meshproxy_connections_opened_total", ("direction", "outbound")));
    }

    private static Dictionary<string, string> Annotation(string redirect) => new() { ["meshproxy.io/redirect"] = redirect };

    private static RedirectOutcome Inspect(string space) => Netfilter.Redirect.Inspect(new RedirectOptions(NetworkNamespace: space));

    private static async Task<string> AskAsync(NetworkNamespace from, IPEndPoint destination)
    {
        using var socket = from.OpenSocket(destination.AddressFamily);
        await socket.ConnectAsync(destination).WaitAsync(Bound.Exchange);
        return Encoding.ASCII.GetString(await socket.ReadToEndAsync());
    }
}
