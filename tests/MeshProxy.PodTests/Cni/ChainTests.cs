using System.Net;
using System.Text;
using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni;

/// <summary>The plugin behind real plugins, which make the interface, give the address and map ports.</summary>
public sealed class ChainTests
{
    private const ushort ServerPort = 8080;

    [PodTheory(CniNode.RealPlugins + "/ptp", "iptables")]
    [InlineData("ptp", new[] { IpFamily.V4 })]
    [InlineData("ptp", new[] { IpFamily.V6 })]
    [InlineData("ptp", new[] { IpFamily.V4, IpFamily.V6 })]
    [InlineData("bridge", new[] { IpFamily.V4, IpFamily.V6 })]
    public async Task A_new_pod_s_connections_pass_the_proxy(string main, IpFamily[] families)
    {
        using var node = new CniNode(main, families);
        using var pod = CniSandbox.Create();

        var result = (await node.AddAsync(pod)).Must();

        using var proxy = new StandInProxy(pod.Namespace);
        var addresses = result.Json["ips"]!.AsArray()
            .Select(ip => IPAddress.Parse(ip!["address"]!.GetValue<string>().Split('/')[0]))
            .ToArray();
        Assert.Equal(families.Length, addresses.Length);
        foreach (var address in addresses)
        {
            using var server = Answering.Start(pod.Namespace, address, ServerPort, "not proxied");
            var destination = new IPEndPoint(address, ServerPort);
            Assert.Equal(StandInProxy.In(destination), await AskAsync(node.Namespace, destination));
            var outside = new IPEndPoint(IPAddress.Parse(address.GetAddressBytes().Length == 4 ? "192.0.2.7" : "2001:db8::7"), 80);
            Assert.Equal(StandInProxy.Out(outside), await AskAsync(pod.Namespace, outside));
        }
        Assert.Equal(0, (await node.CallOursAsync("CHECK", pod, result.Json)).ExitCode);
    }

    /// <summary>
    /// Two translations on one way: the node's to the pod's address, and the pod's to its proxy, which sees the pod's own port.
    /// </summary>
    [PodFact(CniNode.RealPlugins + "/ptp", "iptables")]
    public async Task A_port_of_the_node_leads_to_the_pod_s_through_the_proxy()
    {
        const ushort hostPort = 18080;
        using var node = new CniNode();
        using var outside = NetworkNamespace.Create("outside");
        node.Namespace.Configure(
            $"link add to-outside type veth peer name eth0 netns {outside.Name}",
            "address add 198.51.100.1/24 dev to-outside",
            "link set to-outside up");
        outside.Configure("address add 198.51.100.2/24 dev eth0", "link set eth0 up");
        using var pod = CniSandbox.Create() with { PortMapping = (hostPort, ServerPort) };
        var nodePort = new IPEndPoint(IPAddress.Parse("198.51.100.1"), hostPort);
        var result = (await node.AddAsync(pod)).Must();
        var address = IPAddress.Parse(result.Json["ips"]![0]!["address"]!.GetValue<string>().Split('/')[0]);

        using var server = Answering.Start(pod.Namespace, address, ServerPort, "from the app");
        using (new StandInProxy(pod.Namespace))
            Assert.Equal(StandInProxy.In(new IPEndPoint(address, ServerPort)), await AskAsync(outside, nodePort));
        Assert.Equal(0, server.Accepted);

        var command = new PodCommand(MeshProxyExecutable.Path, "run") { User = Sidecar.User };
        using var sidecar = PodProcess.Start(pod.Namespace, command);
        using var admin = new AdminClient(pod.Namespace);
        await Bound.UntilAsync(admin.IsReadyAsync, Bound.Start, sidecar.Describe);
        Assert.Equal("from the app", await AskAsync(outside, nodePort));
        Assert.Equal(1, (await admin.MetricsAsync()).Sum("meshproxy_connections_opened_total", ("direction", "inbound")));

        Assert.All(await node.DeleteAsync(pod, result.Json), answer => answer.Must());
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => AskAsync(outside, nodePort));
    }

    [PodFact(CniNode.RealPlugins + "/ptp", "iptables")]
    public async Task A_pod_without_the_annotation_is_left_as_it_is()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create(redirect: null);
        var result = (await node.AddAsync(pod)).Must();
        var address = IPAddress.Parse(result.Json["ips"]![0]!["address"]!.GetValue<string>().Split('/')[0]);
        using var server = Answering.Start(pod.Namespace, address, ServerPort, "not proxied");
        Assert.Equal("not proxied", await AskAsync(node.Namespace, new IPEndPoint(address, ServerPort)));
        Assert.Equal("", NamespaceState.Rules(pod.Namespace));
    }

    [PodFact(CniNode.RealPlugins + "/ptp", "iptables")]
    public async Task Taking_down_gives_the_address_back_and_may_be_repeated()
    {
        using var node = new CniNode("ptp", IpFamily.V4, IpFamily.V6);
        using var pod = CniSandbox.Create();
        (await node.AddAsync(pod)).Must();
        Assert.Equal(2, node.Leased().Count());

        // As containerd does: with the namespace, then without, and never with a previous result.
        foreach (var netns in new[] { pod.Namespace.Path, "" })
            Assert.All(await node.DeleteAsync(pod, netns: netns), answer => answer.Must());

        Assert.Empty(node.Leased());
        Assert.Equal("", NamespaceState.Rules(pod.Namespace));
    }

    [PodFact(CniNode.RealPlugins + "/ptp", "iptables")]
    public async Task A_pod_that_cannot_be_redirected_does_not_start_and_keeps_no_address()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create("""{"version":1,"inbound-port":"http"}""");
        var answer = await node.AddAsync(pod);
        Assert.Equal((1, 101), (answer.ExitCode, answer.Code));
        Assert.Contains("inbound-port", answer.Message);
        Assert.Empty(node.Leased());
    }

    [PodFact(CniNode.RealPlugins + "/ptp", "iptables")]
    public async Task Fifty_pods_at_once_are_each_redirected()
    {
        using var node = new CniNode();
        var pods = Enumerable.Range(0, 50).Select(_ => CniSandbox.Create()).ToArray();
        try
        {
            Assert.All(await Task.WhenAll(pods.Select(node.AddAsync)), answer => answer.Must());
            Assert.All(pods, pod => Assert.Contains("table inet meshproxy", NamespaceState.Rules(pod.Namespace)));
            Assert.All((await Task.WhenAll(pods.Select(pod => node.DeleteAsync(pod)))).SelectMany(a => a), answer => answer.Must());
            Assert.Empty(node.Leased());
        }
        finally
        {
            foreach (var pod in pods)
                pod.Dispose();
        }
    }

    private static async Task<string> AskAsync(NetworkNamespace from, IPEndPoint destination)
    {
        using var socket = from.OpenSocket(destination.AddressFamily);
        await socket.ConnectAsync(destination).WaitAsync(Bound.Exchange);
        return Encoding.ASCII.GetString(await socket.ReadToEndAsync());
    }
}
