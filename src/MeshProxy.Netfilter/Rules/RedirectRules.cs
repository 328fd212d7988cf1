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
/// </list>
/// A connection that began before the rules, or whose end the pod's server is, has no segment redirected that does not begin one:
/// conntrack would take any for a beginning (nf_conntrack_tcp_loose). One exception brings back inbound connections that conntrack has
/// forgotten.
/// </summary>
internal static class RedirectRules
{
    public const string Table = "meshproxy";
    public const string InboundPorts = "skip_inbound_ports";
    public const string OutboundPorts = "skip_outbound_ports";
    private const string InboundSubnets = "skip_inbound_subnets";
    private const string OutboundSubnets = "skip_outbound_subnets";
    private const string NoServer = "the proxy's port is no server's";

    /// <summary>The index of lo in every namespace (LOOPBACK_IFINDEX).</summary>
    private const uint Loopback = 1;

    private static readonly Statement Tcp = new IsTcp();
    private static readonly Statement Count = new Counter();
    private static readonly Statement Leave = new Accept();
    private static readonly Statement NotProbe = new MetaIs(MetaField.Mark, RedirectConfig.ProbeMark, Not: true);
    private static readonly Statement FromOutside = new MetaIs(MetaField.InInterface, Loopback, Not: true);

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
        chains.Add(translated
            ? new Chain("inbound", Translate(Hook.Prerouting), Inbound(config, listening, socketMatch))
            : new Chain("inbound", BeforeNat(Hook.Prerouting), InboundTproxy(config, listening)));
        if (guardInvalid || listening)
            chains.Add(new Chain("inbound_guard", BeforeNat(Hook.Input), InboundGuard(config, guardInvalid, listening)));
        chains.Add(new Chain("outbound", Translate(Hook.Output), Outbound(config)));
        if (guardInvalid)
            chains.Add(new Chain("outbound_guard", BeforeNat(Hook.Output), OutboundGuard(config)));
        return chains.ToImmutable();
    }

    /// <summary>A connection over loopback was decided on its way out, in <c>outbound</c>, and NAT decides once.</summary>
    private static ImmutableArray<Rule> Inbound(RedirectConfig config, bool listening, SocketMatch socketMatch)
    {
        var redirect = new RedirectTo(config.Inbound.Port);
        var rules = InboundSkips(config);
        rules.Add(new Rule(Purpose(listening), [.. FamilyLimit(config), new IsSyn(), .. Where<HasSocket>(listening), Count, redirect]));
        // A segment of the client's finds the server's listener, its own connection being with the proxy; redirected, it finds that.
        if (socketMatch == SocketMatch.Full)
            rules.Add(new Rule("inbound, forgotten by conntrack", [.. FamilyLimit(config), Tcp, new HasWildcardSocket(), Count, redirect]));
        return rules.ToImmutable();
    }

    /// <summary>
    /// TPROXY decides every packet, those over loopback too, which it leaves alone. A packet of a connection that is not transparent does
    /// not match (nft_tproxy.c).
    /// </summary>
    private static ImmutableArray<Rule> InboundTproxy(RedirectConfig config, bool listening)
    {
        var tproxy = new TproxyTo(config.Inbound.Port, config.Ipv6 == Ipv6Mode.Off ? IpFamily.V4 : null);
        return
        [
            new Rule("from inside the pod", new MetaIs(MetaField.InInterface, Loopback), NotProbe, Count, Leave),
            .. ToOwnLoopback(),
            .. InboundSkips(config),
            new Rule(Purpose(listening), [.. FamilyLimit(config), Tcp, .. Where<HasSocket>(listening), Count, tproxy, Leave]),
        ];
    }

    private static ImmutableArray<Rule> Outbound(RedirectConfig config)
    {
        var rules = ProxyIdentity(config.Proxy);
        rules.AddRange(SkipSubnets(config.Outbound.SkipSubnets, OutboundSubnets, PacketField.IPv4Destination, PacketField.IPv6Destination));
        if (config.Outbound.SkipPorts.Length > 0)
            rules.Add(new Rule("skip-outbound-ports", new InSet(PacketField.TcpDestinationPort, OutboundPorts), Count, Leave));
        if (config.Outbound.OwnPod == OwnPodPolicy.Direct)
            rules.Add(new Rule("to the own pod", Tcp, new MetaIs(MetaField.OutInterface, Loopback), Count, Leave));
        else
            rules.AddRange(ToOwnLoopback());
        rules.Add(new Rule("outbound", [.. FamilyLimit(config), new IsSyn(), Count, new RedirectTo(config.Outbound.Port)]));
        return rules.ToImmutable();
    }

    private static ImmutableArray<Rule>.Builder ProxyIdentity(ProxyIdentity proxy)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        rules.Add(new Rule("the proxy's user", Tcp, new MetaIs(MetaField.SocketUid, proxy.Uid), NotProbe, Count, Leave));
        if (proxy.Gid is { } gid)
            rules.Add(new Rule("the proxy's group", Tcp, new MetaIs(MetaField.SocketGid, gid), NotProbe, Count, Leave));
        if (proxy.Mark is { } mark)
            rules.Add(new Rule("the proxy's mark", Tcp, new MetaIs(MetaField.Mark, mark), Count, Leave));
        return rules;
    }

    private static ImmutableArray<Rule> InboundGuard(RedirectConfig config, bool invalid, bool listening)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        if (invalid)
        {
            var notPlaced = new StateIs(ConnectionState.Invalid);
            rules.Add(new Rule("not placed by conntrack", FromOutside, Tcp, notPlaced, Count, new Jump("inbound_invalid")));
        }
        if (listening)
        {
            var notRedirected = Where<NotRedirected>(config.Inbound.Method == InboundMethod.Redirect);
            rules.Add(new Rule(NoServer, [FromOutside, ToProxyPort(config), .. notRedirected, Count, new Reset()]));
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
        var hasOwner = new MetaIs(MetaField.SocketUid, uint.MaxValue, Not: true);
        rules.Add(new Rule("of a connection not redirected", hasOwner, Count, Leave));
        if (listening)
            rules.Add(new Rule(NoServer, ToProxyPort(config), Count, new Reset()));
        rules.AddRange(InboundSkips(config));
        rules.Add(new Rule("drop-invalid", [.. FamilyLimit(config), .. Where<HasSocket>(listening), Count, new Drop()]));
        return rules.ToImmutable();
    }

    /// <summary>
    /// The proxy answers on its inbound port, and conntrack translates. New here means forgotten: the segment waits, as a lost one does,
    /// until the client's next packet has brought the connection back. A reset may go: it ends nothing that the client knows, and the
    /// guard's own resets are of that kind.
    /// </summary>
    private static ImmutableArray<Rule> OutboundGuard(RedirectConfig config)
    {
        var toOutside = new MetaIs(MetaField.OutInterface, Loopback, Not: true);
        var fromProxy = new PortIs(PacketField.TcpSourcePort, config.Inbound.Port);
        var untranslated = new StateIs(ConnectionState.Invalid | ConnectionState.New);
        return [new Rule("drop-invalid", [.. FamilyLimit(config), toOutside, fromProxy, new IsNoReset(), untranslated, Count, new Drop()])];
    }

    private static ImmutableArray<Rule>.Builder InboundSkips(RedirectConfig config)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        rules.AddRange(SkipSubnets(config.Inbound.SkipSubnets, InboundSubnets, PacketField.IPv4Source, PacketField.IPv6Source));
        rules.Add(new Rule("skip-inbound-ports", new InSet(PacketField.TcpDestinationPort, InboundPorts), Count, Leave));
        return rules;
    }

    private static IEnumerable<Rule> SkipSubnets(ImmutableArray<System.Net.IPNetwork> networks, string name, PacketField v4, PacketField v6)
    {
        foreach (var (family, field, set) in new[] { (IpFamily.V4, v4, name + "_v4"), (IpFamily.V6, v6, name + "_v6") })
        {
            if (!NetworkIntervals.Of(networks, family).IsEmpty)
                yield return new Rule(name.Replace('_', '-'), new InSet(field, set), Tcp, Count, Leave);
        }
    }

    private static ImmutableArray<Rule> ToOwnLoopback() =>
    [
        new Rule("to loopback", new ToLoopback(IpFamily.V4), Count, Leave),
        new Rule("to loopback", new ToLoopback(IpFamily.V6), Count, Leave),
    ];

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

    private static ChainHook Translate(Hook hook) => new(ChainType.Nat, hook, ChainHook.DestinationNat);

    private static ChainHook BeforeNat(Hook hook) => new(ChainType.Filter, hook, ChainHook.Mangle);

    private static string Purpose(bool listening) => listening ? "inbound, where a socket listens" : "inbound";

    private static Statement ToProxyPort(RedirectConfig config) => new PortIs(PacketField.TcpDestinationPort, config.Inbound.Port);

    private static ImmutableArray<Statement> FamilyLimit(RedirectConfig config) =>
        config.Ipv6 == Ipv6Mode.Off ? [new IsFamily(IpFamily.V4)] : [];

    private static ImmutableArray<Statement> Where<T>(bool wanted) where T : Statement, new() => wanted ? [new T()] : [];
}
