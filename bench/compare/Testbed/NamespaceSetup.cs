namespace MeshProxy.Compare.Testbed;

/// <summary>The namespace's address and its own sysctls.</summary>
internal static class NamespaceSetup
{
    private static readonly (string Key, string Value)[] Settings =
    [
        // Loopback loses nothing, so any congestion control does that does not pace: bbr would sleep between bursts, and that would be
        // measured. Of those, reno is the one that every kernel allows in a namespace.
        ("net/ipv4/tcp_congestion_control", "reno"),
        // Ephemeral ports above every listener of the run.
        ("net/ipv4/ip_local_port_range", "20000 65535"),
        // Tens of thousands of connections a second: conntrack and TIME_WAIT must not fill up from one measurement to the next.
        ("net/netfilter/nf_conntrack_tcp_timeout_time_wait", "1"),
        ("net/netfilter/nf_conntrack_tcp_timeout_close", "1"),
        ("net/ipv4/tcp_tw_reuse", "1"),
    ];

    /// <summary>
    /// The conntrack sysctls appear with the first nat chain, which also shows whether the kernel has what the run needs.
    /// </summary>
    private const string FirstNatChain = """
        table inet bench_setup {
          chain output { type nat hook output priority -100; policy accept; tcp dport 1 redirect to :1; }
        }
        delete table inet bench_setup
        """;

    public static void Apply()
    {
        Tool.Require("ip", ["link", "set", "lo", "up"]);
        Tool.Require("ip", ["address", "add", Target.Address + "/32", "dev", "lo"]);
        Tool.Require("ip", ["route", "add", "local", Crowd.Network, "dev", "lo"]);
        Tool.Require("nft", ["-f", "-"], FirstNatChain);
        foreach (var (key, value) in Settings)
            File.WriteAllText("/proc/sys/" + key, value);
    }
}
