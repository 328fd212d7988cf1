using System.Net;
using System.Net.Sockets;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Cni;

/// <summary>
/// Under containerd, asked as the kubelet asks it: annotations in, a redirected pod or an error that explains itself out.
/// </summary>
public sealed class ContainerdTests
{
    private const ushort OutboundPort = 4140;

    [PodFact("containerd", "ctr", "runc", PauseImage.Program, CniNode.RealPlugins + "/ptp", "iptables")]
    public async Task A_pod_with_the_annotation_is_redirected_and_one_without_is_not_and_a_bad_one_says_why()
    {
        using var node = await ContainerdNode.StartAsync();

        var (meshed, error) = await node.RunAsync(ContainerdNode.Pod("meshed", Annotation(CniSandbox.Defaults)));
        Assert.True(meshed is not null, error);
        var (addresses, space) = await node.StatusAsync(meshed);
        Assert.Equal(2, addresses.Length);
        Assert.Equal(RedirectState.InForce, Inspect(space).State);
        foreach (var outside in new[] { "192.0.2.7", "2001:db8::7" })
            Assert.Equal($"out {new IPEndPoint(IPAddress.Parse(outside), 80)}", await AskAsync(space, IPAddress.Parse(outside)));

        var (plain, _) = await node.RunAsync(ContainerdNode.Pod("plain", []));
        Assert.Equal(RedirectState.Failed, Inspect((await node.StatusAsync(plain!)).NetworkNamespace).State);

        var (bad, eventText) = await node.RunAsync(ContainerdNode.Pod("bad", Annotation("""{"version":1,"proxy-uid":"root"}""")));
        Assert.Null(bad);
        Assert.Contains("failed to setup network for sandbox", eventText);
        Assert.Contains("plugin type=\"meshproxy-cni\"", eventText);
        Assert.Contains("meshproxy.io/redirect: proxy-uid", eventText);
        Assert.Contains("inject the pod again", eventText);

        await node.StopAsync(meshed);
        await node.StopAsync(plain!);
        Assert.Empty(node.Leased());
    }

    private static Dictionary<string, string> Annotation(string redirect) => new() { ["meshproxy.io/redirect"] = redirect };

    private static RedirectOutcome Inspect(string space) => Netfilter.Redirect.Inspect(new RedirectOptions(NetworkNamespace: space));

    /// <summary>Stands where the proxy would, and says where a connection to the address was meant to go.</summary>
    private static async Task<string> AskAsync(string space, IPAddress outside)
    {
        var loopback = outside.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        using var listener = NamespaceThread.Run(space, () => new Socket(outside.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(loopback, OutboundPort));
        listener.Listen();
        using var client = NamespaceThread.Run(space, () => new Socket(outside.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        await client.ConnectAsync(new IPEndPoint(outside, 80)).WaitAsync(Bound.Exchange);
        using var accepted = await listener.AcceptAsync().WaitAsync(Bound.Exchange);
        return $"out {accepted.OriginalDestination()}";
    }
}
