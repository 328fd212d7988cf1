using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.Netfilter.Rules;
using MeshProxy.Values;

namespace MeshProxy.Netfilter.Backends;

/// <param name="From">
/// The built-in chain that jumps there, with all TCP: a jump is known by where it leads, so it has no condition of its own.
/// </param>
internal sealed record IptablesChain(string Table, string Name, string From, ImmutableArray<string> Rules)
{
    public string Jump => $"{From} -p tcp -j {Name}";
}

/// <summary>
/// The redirect in the language of iptables-restore(8), for one family: the same decisions in the same order as <see
/// cref="RedirectRules"/>. A restored chain is replaced whole, so that a re-run leaves no moment without it. Each chain's first rule only
/// counts, and carries the hash.
/// </summary>
internal static class IptablesText
{
    public const string ChainPrefix = "MESHPROXY_";
    private const string Inbound = "MESHPROXY_INBOUND";
    private const string Outbound = "MESHPROXY_OUTBOUND";
    private const string InboundInvalid = "MESHPROXY_INBOUND_INVALID";
    private const string OutboundInvalid = "MESHPROXY_OUTBOUND_INVALID";
    private const string InboundGuard = "MESHPROXY_INBOUND_GUARD";
    private const string Return = "-j RETURN";

    private static readonly string NotProbe = string.Create(
        CultureInfo.InvariantCulture, $"-m mark ! --mark 0x{RedirectConfig.ProbeMark:x}");

    public static ImmutableArray<IptablesChain> Chains(RedirectConfig config, IpFamily family, bool socketMatch)
    {
        if (family == IpFamily.V6 && config.Ipv6 == Ipv6Mode.Off)
            return [];
        var listening = socketMatch && config.Inbound.Mode == InboundMode.Listening ? " -m socket --nowildcard" : "";
        var chains = ImmutableArray.CreateBuilder<IptablesChain>();
        var translated = config.Inbound.Method == InboundMethod.Redirect;
        chains.Add(InboundChain(config, family, listening));
        chains.Add(OutboundChain(config, family));
        if (config.DropInvalid && translated)
        {
            chains.Add(InboundInvalidChain(config, family, listening));
            chains.Add(OutboundInvalidChain(config));
        }
        if (listening.Length > 0)
            chains.Add(GuardChain(config, translated));
        var hash = Hash(chains);
        return [.. chains.Select(c => c with { Rules = [$"-m comment --comment \"meshproxy config {hash}\"", .. c.Rules] })];
    }

    public static string Hash(IEnumerable<IptablesChain> chains) =>
        TextHash.Of(string.Join('\n', chains.SelectMany(c => c.Rules.Prepend($"{c.Table} {c.Jump}"))));

    /// <param name="chains">What to restore.</param>
    /// <param name="jumpsThere">
    /// Whether a built-in chain already jumps to that chain: restoring can add a jump, but not see that it is there.
    /// </param>
    public static string Restore(ImmutableArray<IptablesChain> chains, Func<IptablesChain, bool> jumpsThere)
    {
        var text = new StringBuilder();
        foreach (var table in chains.GroupBy(c => c.Table))
        {
            text.Append(CultureInfo.InvariantCulture, $"*{table.Key}\n");
            foreach (var chain in table)
                text.Append(CultureInfo.InvariantCulture, $":{chain.Name} - [0:0]\n");
            foreach (var chain in table)
            {
                foreach (var rule in chain.Rules)
                    text.Append(CultureInfo.InvariantCulture, $"-A {chain.Name} {rule}\n");
                if (!jumpsThere(chain))
                    text.Append(CultureInfo.InvariantCulture, $"-A {chain.Jump}\n");
            }
            text.Append("COMMIT\n");
        }
        return text.ToString();
    }

    private static IptablesChain InboundChain(RedirectConfig config, IpFamily family, string listening)
    {
        var rules = ImmutableArray.CreateBuilder<string>();
        var tproxy = config.Inbound.Method == InboundMethod.Tproxy;
        if (tproxy)
        {
            rules.Add($"-i lo {NotProbe} {Return}");
            rules.Add($"-d {Loopback(family)} {Return}");
        }
        rules.AddRange(InboundSkips(config, family));
        rules.Add($"-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN{listening} " + (tproxy
            ? $"-j TPROXY --on-port {config.Inbound.Port} --on-ip {(family == IpFamily.V4 ? "0.0.0.0" : "::")} --tproxy-mark 0x0/0x0"
            : $"-j REDIRECT --to-ports {config.Inbound.Port}"));
        return new IptablesChain(tproxy ? "mangle" : "nat", Inbound, "PREROUTING", rules.ToImmutable());
    }

    private static IptablesChain OutboundChain(RedirectConfig config, IpFamily family)
    {
        var rules = ImmutableArray.CreateBuilder<string>();
        rules.Add($"-m owner --uid-owner {config.Proxy.Uid} {NotProbe} {Return}");
        if (config.Proxy.Gid is { } gid)
            rules.Add($"-m owner --gid-owner {gid} {NotProbe} {Return}");
        if (config.Proxy.Mark is { } mark)
            rules.Add(string.Create(CultureInfo.InvariantCulture, $"-m mark --mark 0x{mark:x} {Return}"));
        rules.AddRange(Networks(config.Outbound.SkipSubnets, family).Select(n => $"-d {n} {Return}"));
        rules.AddRange(Ports(config.Outbound.SkipPorts));
        rules.Add(config.Outbound.OwnPod == OwnPodPolicy.Direct ? $"-o lo {Return}" : $"-d {Loopback(family)} {Return}");
        rules.Add($"-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j REDIRECT --to-ports {config.Outbound.Port}");
        return new IptablesChain("nat", Outbound, "OUTPUT", rules.ToImmutable());
    }

    /// <summary>
    /// Without --nowildcard the socket match leaves out sockets bound to no address, hence most listeners: what it finds is a connection
    /// that is not translated.
    /// </summary>
    private static IptablesChain InboundInvalidChain(RedirectConfig config, IpFamily family, string listening) =>
        new("mangle", InboundInvalid, "PREROUTING",
        [
            $"-i lo {Return}",
            $"-m conntrack ! --ctstate INVALID {Return}",
            $"-p tcp -m socket {Return}",
            $"-p tcp -m tcp --dport {config.Inbound.Port} {Return}",
            .. InboundSkips(config, family),
            $"-p tcp{listening} -j DROP",
        ]);

    private static IptablesChain OutboundInvalidChain(RedirectConfig config)
    {
        var fromProxy = $"! -o lo -p tcp -m tcp --sport {config.Inbound.Port}";
        return new("mangle", OutboundInvalid, "OUTPUT", [$"{fromProxy} --tcp-flags RST NONE -m conntrack --ctstate INVALID,NEW -j DROP"]);
    }

    private static IptablesChain GuardChain(RedirectConfig config, bool translated)
    {
        var toProxy = $"! -i lo -p tcp -m tcp --dport {config.Inbound.Port}";
        var notRedirected = translated ? " -m conntrack ! --ctstate DNAT" : "";
        return new("filter", InboundGuard, "INPUT", [$"{toProxy}{notRedirected} -j REJECT --reject-with tcp-reset"]);
    }

    private static IEnumerable<string> InboundSkips(RedirectConfig config, IpFamily family) =>
        Networks(config.Inbound.SkipSubnets, family).Select(n => $"-s {n} {Return}").Concat(Ports(config.InboundSkipPorts));

    private static string Loopback(IpFamily family) => family == IpFamily.V4 ? "127.0.0.0/8" : "::1/128";

    private static IEnumerable<string> Ports(ImmutableArray<PortRange> ports) => PortList.Merge(ports).Select(p => p.First == p.Last
        ? $"-p tcp -m tcp --dport {p.First} {Return}"
        : $"-p tcp -m tcp --dport {p.First}:{p.Last} {Return}");

    private static IEnumerable<IPNetwork> Networks(ImmutableArray<IPNetwork> networks, IpFamily family)
    {
        var wanted = family == IpFamily.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return networks.Where(n => n.BaseAddress.AddressFamily == wanted);
    }
}
