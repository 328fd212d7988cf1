using System.Globalization;
using System.Net;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Network;

/// <summary>
/// A cluster's node as a namespace that routes between pods, each on a veth pair and subnets of its own, and to the world outside:
/// <code>
///   pod 1 ── 10.244.1.0/24, fd00:244:1::/64 ──┐
///   pod 2 ── 10.244.2.0/24, fd00:244:2::/64 ──┤ node ├── blackhole 192.0.2.0/24, 2001:db8:dead::/48
///   external: 203.0.113.0/24, 2001:db8:113::/48 ┘
/// </code>
/// </summary>
internal sealed class PodNetwork : IDisposable
{
    private readonly NetworkNamespace _node = NetworkNamespace.Create("node");
    private readonly List<NetworkNamespace> _pods = [];

    public PodNetwork()
    {
        try
        {
            _node.WriteSetting("net/ipv4/ip_forward", "1");
            _node.WriteSetting("net/ipv6/conf/all/forwarding", "1");
            _node.Configure("route add blackhole 192.0.2.0/24", "route add blackhole 2001:db8:dead::/48");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>An address whose packets vanish, as behind a firewall that drops.</summary>
    public static IPAddress Blackhole(IpFamily family) => IPAddress.Parse(family == IpFamily.V4 ? "192.0.2.1" : "2001:db8:dead::1");

    public Pod AddPod(string role)
    {
        var space = NetworkNamespace.Create(role);
        _pods.Add(space);
        var number = _pods.Count;
        var (v4, v6) = (Subnet("10.244.", number, "."), Subnet("fd00:244:", number, "::"));
        _node.Configure(
            $"link add to-{role} type veth peer name eth0 netns {space.Name}",
            $"address add {v4}1/24 dev to-{role}",
            $"address add {v6}1/64 dev to-{role} nodad",
            $"link set to-{role} up");
        space.Configure(
            $"address add {v4}2/24 dev eth0",
            $"address add {v6}2/64 dev eth0 nodad",
            "link set eth0 up",
            $"route add default via {v4}1",
            $"route add default via {v6}1");
        return new Pod(space, IPAddress.Parse($"{v4}2"), IPAddress.Parse($"{v6}2"));
    }

    /// <summary>A host outside the cluster, which answers for every address of two documentation ranges.</summary>
    public Pod AddExternal()
    {
        var host = AddPod("external");
        // A local IPv4 route is enough to bind an address of it, a local IPv6 route is not.
        host.Namespace.WriteSetting("net/ipv6/ip_nonlocal_bind", "1");
        host.Namespace.Configure("route add local 203.0.113.0/24 dev lo", "route add local 2001:db8:113::/48 dev lo");
        _node.Configure($"route add 203.0.113.0/24 via {host.V4}", $"route add 2001:db8:113::/48 via {host.V6}");
        return host with { V4 = IPAddress.Parse("203.0.113.80"), V6 = IPAddress.Parse("2001:db8:113::80") };
    }

    /// <summary>
    /// From now on nothing that is sent to the pod arrives, and no error says so: the machine it ran on has lost its power.
    /// </summary>
    public void CutOff(Pod pod) => _node.Configure(
        $"route add blackhole {pod.V4}/32",
        $"route add blackhole {pod.V6}/128");

    /// <summary>From now on the node drops so many percent of the packets between pods, by chance and each way.</summary>
    public void Lose(int percent) => Tool.Run("ip", ["netns", "exec", _node.Name, "nft", "-f", "-"], string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        table inet loss {
          chain passing {
            type filter hook forward priority 0;
            meta l4proto tcp numgen random mod 100 < {{percent}} drop
          }
        }
        """));

    public void LoseNothing() => Tool.Run("ip", ["netns", "exec", _node.Name, "nft", "delete", "table", "inet", "loss"]);

    /// <summary>
    /// From now on the pod's link carries no more than that each way, as tc(8) writes rates; what its short queue cannot hold is lost.
    /// </summary>
    public void Slow(Pod pod, string rate)
    {
        Limit(_node.Name, "to-" + pod.Namespace.Name.Split('-')[^1]);
        Limit(pod.Namespace.Name, "eth0");

        void Limit(string space, string device) =>
            Tool.Run("tc", ["-n", space, "qdisc", "add", "dev", device, "root", "tbf", "rate", rate, "burst", "32kb", "latency", "100ms"]);
    }

    public void Dispose()
    {
        foreach (var pod in _pods)
            pod.Dispose();
        _node.Dispose();
    }

    private static string Subnet(string prefix, int number, string suffix) =>
        prefix + number.ToString(CultureInfo.InvariantCulture) + suffix;
}
