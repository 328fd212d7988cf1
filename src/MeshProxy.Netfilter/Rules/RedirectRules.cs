using System.Collections.Immutable;
using MeshProxy.Values;
using static MeshProxy.Netfilter.Rules.Statement;

namespace MeshProxy.Netfilter.Rules;

/// <summary>
/// The redirect as rules: a pure function of the configuration. The order within a chain is the order of decisions.
/// <list type="bullet">
/// <item><c>inbound</c> and <c>outbound</c> see the first packet of a connection and decide it (TPROXY: every packet).</item>
/// <item><c>inbound_guard</c> and <c>outbound_guard</c> see every packet that crosses the pod's border: what conntrack cannot place is
/// dropped, and the proxy's inbound port is closed to whoever was not redirected to it.</item>
/// <item><c>config_…</c> is empty and is named for the hash of all the rest.</item>
/// </list>
/// A connection that began before the rules, or whose end the pod's server is, has no segment redirected that does not begin one: conntrack would
/// take any for a beginning (nf_conntrack_tcp_loose). One exception brings back inbound connections that conntrack has forgotten.
/// </summary>
internal static class RedirectRules
{
    public const string Table = "meshproxy";
    public const string HashChainPrefix = "config_";
    public const string InboundPorts = "skip_inbound_ports";
    public const string InboundSubnets = "skip_inbound_subnets";
    public const string OutboundPorts = "skip_outbound_ports";
    public const string OutboundSubnets = "skip_outbound_subnets";
    private const string NoServer = "the proxy's port is no server's";

    /// <summary>The index of lo in every namespace (LOOPBACK_IFINDEX).</summary>
    private const uint Loopback = 1;

    private static readonly ChainHook Mangled = new(ChainType.Filter, Hook.Prerouting, ChainHook.Mangle);
    private static readonly ChainHook Translated = new(ChainType.Nat, Hook.Prerouting, ChainHook.DestinationNat);

    /// <param name="config">What to redirect.</param>
    /// <param name="socketMatch">What the kernel can tell of sockets; where nothing, every port is redirected.</param>
    public static RuleSet Of(RedirectConfig config, SocketMatch socketMatch = SocketMatch.Full)
    {
        var listening = socketMatch != SocketMatch.None && config.Inbound.Mode == InboundMode.Listening;
        return new RuleSet(Table, SetsOf(config), ChainsOf(config, listening, socketMatch));
    }

    private static ImmutableArray<Chain> ChainsOf(RedirectConfig config, bool listening, SocketMatch socketMatch)
    {
        var chains = ImmutableArray.CreateBuilder<Chain>();
        var translated = config.Inbound.Method == InboundMethod.Redirect;
        var guardInvalid = config.DropInvalid && translated;
        if (guardInvalid)
            chains.Add(new Chain("inbound_invalid", null, InboundInvalid(config, listening)));
        chains.Add(new Chain("inbound", translated ? Translated : Mangled, Inbound(config, listening, socketMatch)));
        if (guardInvalid || listening)
            chains.Add(new Chain("inbound_guard", new ChainHook(ChainType.Filter, Hook.Input, ChainHook.Mangle), InboundGuard(config, guardInvalid, listening)));
        chains.Add(new Chain("outbound", new ChainHook(ChainType.Nat, Hook.Output, ChainHook.DestinationNat), Outbound(config)));
        if (guardInvalid)
            chains.Add(new Chain("outbound_guard", new ChainHook(ChainType.Filter, Hook.Output, ChainHook.Mangle), OutboundGuard(config)));
        return chains.ToImmutable();
    }

    /// <summary>
    /// Over loopback nothing is redirected here: such a connection was decided on its way out, in <c>outbound</c>, and NAT decides once. TPROXY
    /// has no such memory, hence its first rule.
    /// </summary>
    private static ImmutableArray<Rule> Inbound(RedirectConfig config, bool listening, SocketMatch socketMatch)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        if (config.Inbound.Method == InboundMethod.Tproxy)
        {
            rules.Add(new Rule("from inside the pod", new MetaIs(MetaField.InInterface, Loopback), new MetaIs(MetaField.Mark, RedirectConfig.ProbeMark, Not: true), new Counter(), new Accept()));
            AddLoopback(rules);
        }
        AddSkipSubnets(rules, config, InboundSubnets);
        rules.Add(new Rule("skip-inbound-ports", new InSet(PacketField.TcpDestinationPort, InboundPorts), new Counter(), new Accept()));
        var what = listening ? "inbound, where a socket listens" : "inbound";
        if (config.Inbound.Method == InboundMethod.Tproxy)
        {
            rules.Add(new Rule(what, [.. FamilyLimit(config), new IsTcp(), .. Where<HasSocket>(listening), new Counter(), .. ToTproxy(config), new Accept()]));
            return rules.ToImmutable();
        }
        var redirect = new RedirectTo(config.Inbound.Port);
        rules.Add(new Rule(what, [.. FamilyLimit(config), new IsSyn(), .. Where<HasSocket>(listening), new Counter(), redirect]));
        // The client's next segment finds the server's listener, its own connection being between client and proxy; redirected, it finds that.
        if (socketMatch == SocketMatch.Full)
            rules.Add(new Rule("inbound, forgotten by conntrack", [.. FamilyLimit(config), new IsTcp(), new HasWildcardSocket(), new Counter(), redirect]));
        return rules.ToImmutable();
    }

    private static ImmutableArray<Rule> Outbound(RedirectConfig config)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        AddProxyIdentity(rules, config.Proxy);
        AddSkipSubnets(rules, config, OutboundSubnets);
        if (config.Outbound.SkipPorts.Length > 0)
            rules.Add(new Rule("skip-outbound-ports", new InSet(PacketField.TcpDestinationPort, OutboundPorts), new Counter(), new Accept()));
        if (config.Outbound.OwnPod == OwnPodPolicy.Direct)
            rules.Add(new Rule("to the own pod", new IsTcp(), new MetaIs(MetaField.OutInterface, Loopback), new Counter(), new Accept()));
        else
            AddLoopback(rules);
        rules.Add(new Rule("outbound", [.. FamilyLimit(config), new IsSyn(), new Counter(), new RedirectTo(config.Outbound.Port)]));
        return rules.ToImmutable();
    }

    private static void AddProxyIdentity(ImmutableArray<Rule>.Builder rules, ProxyIdentity proxy)
    {
        var notProbe = new MetaIs(MetaField.Mark, RedirectConfig.ProbeMark, Not: true);
        rules.Add(new Rule("the proxy's user", new IsTcp(), new MetaIs(MetaField.SocketUid, proxy.Uid), notProbe, new Counter(), new Accept()));
        if (proxy.Gid is { } gid)
            rules.Add(new Rule("the proxy's group", new IsTcp(), new MetaIs(MetaField.SocketGid, gid), notProbe, new Counter(), new Accept()));
        if (proxy.Mark is { } mark)
            rules.Add(new Rule("the proxy's mark", new IsTcp(), new MetaIs(MetaField.Mark, mark), new Counter(), new Accept()));
    }

    /// <summary>Both rules drop what would otherwise travel with an address that the other side of its connection does not know.</summary>
    private static ImmutableArray<Rule> InboundGuard(RedirectConfig config, bool invalid, bool listening)
    {
        var fromOutside = new MetaIs(MetaField.InInterface, Loopback, Not: true);
        var rules = ImmutableArray.CreateBuilder<Rule>();
        if (invalid)
            rules.Add(new Rule("not placed by conntrack", fromOutside, new IsTcp(), new StateIs(ConnectionState.Invalid), new Counter(), new Jump("inbound_invalid")));
        if (listening)
        {
            rules.Add(new Rule(NoServer, [fromOutside, new PortIs(PacketField.TcpDestinationPort, config.Inbound.Port),
                .. Where<NotRedirected>(config.Inbound.Method == InboundMethod.Redirect), new Counter(), new Reset()]));
        }
        return rules.ToImmutable();
    }

    /// <summary>
    /// A segment with an owner belongs to a connection that is not translated, whose own TCP answers it best. (Input comes after early
    /// demultiplexing, so connected sockets are known here; a listener is not an owner.)
    /// </summary>
    private static ImmutableArray<Rule> InboundInvalid(RedirectConfig config, bool listening)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        rules.Add(new Rule("of a connection not redirected", new MetaIs(MetaField.SocketUid, uint.MaxValue, Not: true), new Counter(), new Accept()));
        if (listening)
            rules.Add(new Rule(NoServer, new PortIs(PacketField.TcpDestinationPort, config.Inbound.Port), new Counter(), new Reset()));
        AddSkipSubnets(rules, config, InboundSubnets);
        rules.Add(new Rule("skip-inbound-ports", new InSet(PacketField.TcpDestinationPort, InboundPorts), new Counter(), new Accept()));
        rules.Add(new Rule("drop-invalid", [.. FamilyLimit(config), .. Where<HasSocket>(listening), new Counter(), new Drop()]));
        return rules.ToImmutable();
    }

    /// <summary>
    /// The proxy answers on its inbound port, and conntrack translates. New here means forgotten: the segment waits, as a lost one does, until
    /// the client's next packet has brought the connection back. A reset may go: it ends nothing that the client knows, and the guard's own resets
    /// are of that kind.
    /// </summary>
    private static ImmutableArray<Rule> OutboundGuard(RedirectConfig config) =>
    [
        new Rule("drop-invalid", [.. FamilyLimit(config), new MetaIs(MetaField.OutInterface, Loopback, Not: true),
            new PortIs(PacketField.TcpSourcePort, config.Inbound.Port), new IsNoReset(), new StateIs(ConnectionState.Invalid | ConnectionState.New), new Counter(), new Drop()]),
    ];

    private static void AddLoopback(ImmutableArray<Rule>.Builder rules)
    {
        rules.Add(new Rule("to loopback", new ToLoopback(IpFamily.V4), new Counter(), new Accept()));
        rules.Add(new Rule("to loopback", new ToLoopback(IpFamily.V6), new Counter(), new Accept()));
    }

    private static void AddSkipSubnets(ImmutableArray<Rule>.Builder rules, RedirectConfig config, string name)
    {
        var inbound = name == InboundSubnets;
        var networks = inbound ? config.Inbound.SkipSubnets : config.Outbound.SkipSubnets;
        if (!NetworkIntervals.Of(networks, IpFamily.V4).IsEmpty)
            rules.Add(SkipSubnets(name + "_v4", inbound ? PacketField.IPv4Source : PacketField.IPv4Destination));
        if (!NetworkIntervals.Of(networks, IpFamily.V6).IsEmpty)
            rules.Add(SkipSubnets(name + "_v6", inbound ? PacketField.IPv6Source : PacketField.IPv6Destination));
    }

    private static Rule SkipSubnets(string set, PacketField field) => new(set[..^3].Replace('_', '-'), new InSet(field, set), new IsTcp(), new Counter(), new Accept());

    private static ImmutableArray<IntervalSet> SetsOf(RedirectConfig config)
    {
        ImmutableArray<IntervalSet> sets =
        [
            new IntervalSet(InboundPorts, SetKey.Port, Intervals(config.InboundSkipPorts)),
            new IntervalSet(InboundSubnets + "_v4", SetKey.IPv4, NetworkIntervals.Of(config.Inbound.SkipSubnets, IpFamily.V4)),
            new IntervalSet(InboundSubnets + "_v6", SetKey.IPv6, NetworkIntervals.Of(config.Inbound.SkipSubnets, IpFamily.V6)),
            new IntervalSet(OutboundPorts, SetKey.Port, Intervals(config.Outbound.SkipPorts)),
            new IntervalSet(OutboundSubnets + "_v4", SetKey.IPv4, NetworkIntervals.Of(config.Outbound.SkipSubnets, IpFamily.V4)),
            new IntervalSet(OutboundSubnets + "_v6", SetKey.IPv6, NetworkIntervals.Of(config.Outbound.SkipSubnets, IpFamily.V6)),
        ];
        return sets.RemoveAll(s => s.Intervals.IsEmpty);
    }

    private static ImmutableArray<Interval> Intervals(ImmutableArray<PortRange> ports) =>
        IntervalSet.Merge(ports.Select(p => new Interval(p.First, p.Last)));

    private static ImmutableArray<Statement> FamilyLimit(RedirectConfig config) => config.Ipv6 == Ipv6Mode.Off ? [new IsFamily(IpFamily.V4)] : [];

    private static ImmutableArray<Statement> Where<T>(bool wanted) where T : Statement, new() => wanted ? [new T()] : [];

    /// <summary>Of every packet: one of a connection that is not transparent does not match (nft_tproxy.c).</summary>
    private static ImmutableArray<Statement> ToTproxy(RedirectConfig config) =>
        [new TproxyTo(config.Inbound.Port, config.Ipv6 == Ipv6Mode.Off ? IpFamily.V4 : null)];
}
