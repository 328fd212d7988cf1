using System.Text.Json;

namespace MeshProxy.Compare.Testbed;

/// <summary>
/// The kernel's redirect of one target's clients to one proxy: the rule a sidecar lives behind, and the same one for every peer, so that
/// each pays for NAT alike. It is there for the time of a measurement. The proxies' own uids are left alone; clients run as root.
/// </summary>
internal sealed class RedirectTable : IDisposable
{
    private readonly string _table;

    private RedirectTable(string table) => _table = table;

    /// <summary>
    /// Forgets the flows of earlier measurements first. A reset that is not exactly in sequence leaves its flow established in conntrack,
    /// and a new connection that happens on the same port would follow that flow's old fate instead of this rule.
    /// </summary>
    public static RedirectTable Install(string proxy, Target target, int listenPort) =>
        Install(proxy, target, listenPort, $"meta skuid != {{ {ServerProcess.ProxyUid}, {ServerProcess.ServerProxyUid} }}");

    /// <summary>The second hop, where the server's pod has a sidecar too: from the proxy that the clients were redirected to.</summary>
    public static RedirectTable InstallBehindProxy(string proxy, Target target, int listenPort) =>
        Install(proxy, target, listenPort, $"meta skuid {ServerProcess.ProxyUid}");

    /// <summary>Of every destination of the crowd.</summary>
    public static RedirectTable InstallForCrowd(string proxy, int listenPort) =>
        Install(proxy, Crowd.Network, Crowd.Port, listenPort, $"meta skuid != {ServerProcess.ProxyUid}");

    private static RedirectTable Install(string proxy, Target target, int listenPort, string clients) =>
        Install(proxy, Target.Address, target.Port, listenPort, clients);

    private static RedirectTable Install(string proxy, string destination, int port, int listenPort, string clients)
    {
        var table = "bench_" + proxy.Replace('-', '_');
        Tool.Require("conntrack", ["-F"]);
        Tool.Require("nft", ["-f", "-"], $$"""
            table inet {{table}} {
              chain output {
                type nat hook output priority -100; policy accept;
                {{clients}} ip daddr {{destination}} tcp dport {{port}} counter redirect to :{{listenPort}}
              }
            }
            """);
        return new RedirectTable(table);
    }

    /// <summary>Connections this table has redirected: the nat hook sees only the first packet of each.</summary>
    public long Connections()
    {
        using var listing = JsonDocument.Parse(Tool.Require("nft", ["-j", "list", "table", "inet", _table]));
        return listing.RootElement.GetProperty("nftables").EnumerateArray()
            .Where(item => item.TryGetProperty("rule", out _))
            .SelectMany(item => item.GetProperty("rule").GetProperty("expr").EnumerateArray())
            .Where(expression => expression.TryGetProperty("counter", out _))
            .Sum(expression => expression.GetProperty("counter").GetProperty("packets").GetInt64());
    }

    public void Dispose() => Tool.Run("nft", ["delete", "table", "inet", _table]);
}
