using System.Collections.Immutable;
using System.Net;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.Values;

namespace MeshProxy.PodTests.Redirect;

/// <summary>
/// Random configurations: each connection a pod may have arrives where the pure decision says, with its true original destination. The seed
/// is fixed, so that a failure comes again.
/// </summary>
public sealed class DecisionTests(RedirectNetwork network) : IClassFixture<RedirectNetwork>
{
    private const ushort Served = 8080;
    private const ushort ServedOnPodAddress = 8081;
    private const ushort ServedOnLoopback = 8082;
    private const ushort Closed = 8083;
    private const ushort Admin = 4191;

    private static readonly string[] Ports = ["", "8080", "8081-8082", "22,8000-8080", "1-65535", "25,80", "80-3306"];

    private static readonly string[] Networks =
    [
        "", "10.244.2.0/24", "203.0.113.80", "10.0.0.0/8,fd00::/8", "2001:db8::/32", "0.0.0.0/0", "::/0",
        "fd00:244:2::2,203.0.113.0/25", "192.168.0.0/16",
    ];

    [PodTheory("nft", "iptables-nft-restore", "iptables-legacy-restore")]
    [InlineData(RedirectBackend.Netlink, 40)]
    [InlineData(RedirectBackend.Nft, 6)]
    [InlineData(RedirectBackend.IptablesNft, 10)]
    [InlineData(RedirectBackend.IptablesLegacy, 10)]
    public async Task Every_connection_arrives_where_the_decision_says(RedirectBackend backend, int rounds)
    {
        using var pod = new RedirectedPod(network);
        pod.StandIn();
        Serve(pod);
        var random = new Random(rounds + (int)backend);
        for (var round = 0; round < rounds; round++)
        {
            var config = RandomConfig(random);
            pod.MustApply(config, new RedirectOptions(backend, SelfTest: false));
            var shown = $"round {round}: {RedirectConfigJson.Write(config)}";
            await InboundAsync(pod, config, shown);
            await OutboundAsync(pod, config, shown);
        }
    }

    [PodFact]
    public void Self_test_refuses_no_configuration_that_can_be_carried_out()
    {
        using var pod = new RedirectedPod(network);
        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            var config = RandomConfig(random);
            var outcome = pod.Apply(config);
            Assert.True(outcome.Failure is null, $"{outcome.Failure} {RedirectConfigJson.Write(config)}");
            Assert.Equal(4, outcome.Probes.Length);
        }
    }

    private static void Serve(RedirectedPod pod)
    {
        pod.Serve(pod.App, IPAddress.IPv6Any, Served, "app");
        pod.Serve(pod.App, pod.App.V4, ServedOnPodAddress, "app");
        pod.Serve(pod.App, pod.App.V6, ServedOnPodAddress, "app");
        pod.Serve(pod.App, IPAddress.Loopback, ServedOnLoopback, "app");
        pod.Serve(pod.App, IPAddress.IPv6Any, Admin, "app");
        foreach (var port in new ushort[] { 25, 80, 3306 })
        {
            pod.Serve(pod.External, pod.External.V4, port, "far");
            pod.Serve(pod.External, pod.External.V6, port, "far");
            pod.Serve(pod.Client, IPAddress.IPv6Any, port, "far");
        }
    }

    private static async Task InboundAsync(RedirectedPod pod, RedirectConfig config, string shown)
    {
        foreach (var family in Enum.GetValues<IpFamily>())
        {
            foreach (var port in new[] { Served, ServedOnPodAddress, ServedOnLoopback, Closed, Admin })
            {
                var destination = pod.App.Endpoint(family, port);
                var listening = port is Served or ServedOnPodAddress or Admin;
                var expected = RedirectDecision.Inbound(config, pod.Client.Address(family), port, listening) ? StandInProxy.In(destination)
                    : listening ? "app"
                    : "refused";
                var answer = await Owner.App.AskAsync(pod.Client.Namespace, destination);
                Assert.True(expected == answer, $"client to {destination}: '{answer}', not '{expected}'; {shown}");
            }
        }
    }

    private static async Task OutboundAsync(RedirectedPod pod, RedirectConfig config, string shown)
    {
        foreach (var owner in new[] { Owner.App, Owner.Proxy, new Owner(Gid: 2103), new Owner(Mark: 0x4d50) })
        {
            foreach (var (destination, ownPod) in Destinations(pod))
            {
                var redirected = RedirectDecision.Outbound(config, new SocketOwner(owner.Uid, owner.Gid, owner.Mark), destination, ownPod);
                var expected = redirected ? StandInProxy.Out(destination) : ownPod ? "app" : "far";
                var answer = await owner.AskAsync(pod.App.Namespace, destination);
                Assert.True(expected == answer, $"{owner} to {destination}: '{answer}', not '{expected}'; {shown}");
            }
        }
    }

    private static IEnumerable<(IPEndPoint Destination, bool OwnPod)> Destinations(RedirectedPod pod)
    {
        foreach (var family in Enum.GetValues<IpFamily>())
        {
            foreach (var port in new ushort[] { 25, 80, 3306 })
                yield return (pod.External.Endpoint(family, port), false);
            yield return (pod.Client.Endpoint(family, 80), false);
            yield return (pod.App.Endpoint(family, Served), true);
            yield return (new IPEndPoint(family == IpFamily.V4 ? IPAddress.Loopback : IPAddress.IPv6Loopback, Served), true);
        }
    }

    private static RedirectConfig RandomConfig(Random random) => new()
    {
        Proxy = new ProxyIdentity(2102, random.Next(2) == 0 ? 2103 : null, random.Next(2) == 0 ? 0x4d50u : null),
        Inbound = new InboundRedirect
        {
            SkipPorts = PortsOf(random),
            SkipSubnets = NetworksOf(random),
            Mode = random.Next(3) == 0 ? InboundMode.All : InboundMode.Listening,
            Method = random.Next(3) == 0 ? InboundMethod.Tproxy : InboundMethod.Redirect,
        },
        Outbound = new OutboundRedirect
        {
            SkipPorts = PortsOf(random),
            SkipSubnets = NetworksOf(random),
            OwnPod = random.Next(2) == 0 ? OwnPodPolicy.Redirect : OwnPodPolicy.Direct,
        },
        DropInvalid = random.Next(2) == 0,
        Ipv6 = random.Next(5) == 0 ? Ipv6Mode.Off : Ipv6Mode.Auto,
    };

    private static ImmutableArray<PortRange> PortsOf(Random random) =>
        PortList.Parse(Ports[random.Next(2) * random.Next(Ports.Length)], out _);

    private static ImmutableArray<IPNetwork> NetworksOf(Random random) =>
        NetworkList.Parse(Networks[random.Next(2) * random.Next(Networks.Length)], out _);
}
