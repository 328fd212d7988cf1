using System.Globalization;
using System.Text;
using static MeshProxy.Netfilter.Rules.Statement;

namespace MeshProxy.Netfilter.Rules;

/// <summary>A rule set in the language of nft(8), from version 1.0 on. Loading it replaces the table in one transaction.</summary>
internal static class NftText
{
    public static string Of(RuleSet rules)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"add table inet {rules.Table}\ndelete table inet {rules.Table}\ntable inet {rules.Table} {{\n");
        foreach (var set in rules.Sets)
            text.Append(
                CultureInfo.InvariantCulture,
                $"\tset {set.Name} {{\n\t\ttype {TypeOf(set.Key)}\n\t\tflags interval\n\t\telements = {{ {Elements(set)} }}\n\t}}\n");
        foreach (var chain in rules.Chains)
            Append(text, chain);
        return text.Append("}\n").ToString();
    }

    public static string Of(Rule rule) => string.Join(' ', rule.Statements.Select(Of)) + $" comment \"{rule.Comment}\"";

    public static string Of(ChainHook hook) => string.Create(CultureInfo.InvariantCulture,
        $"type {Lower(hook.Type)} hook {Lower(hook.Hook)} priority {hook.Priority}; policy accept;");

    public static string Elements(IntervalSet set) => string.Join(", ", set.Intervals.Select(i => Of(i, set.Key)));

    private static void Append(StringBuilder text, Chain chain)
    {
        text.Append(CultureInfo.InvariantCulture, $"\tchain {chain.Name} {{\n");
        if (chain.Hook is { } hook)
            text.Append(CultureInfo.InvariantCulture, $"\t\t{Of(hook)}\n");
        foreach (var rule in chain.Rules)
            text.Append(CultureInfo.InvariantCulture, $"\t\t{Of(rule)}\n");
        text.Append("\t}\n");
    }

    private static string Of(Statement statement) => statement switch
    {
        IsTcp => "meta l4proto tcp",
        IsFamily { Family: var family } => family == IpFamily.V4 ? "meta nfproto ipv4" : "meta nfproto ipv6",
        MetaIs { Field: var field, Value: var value, Not: var not } => $"{NameOf(field)} {(not ? "!= " : "")}{ValueOf(field, value)}",
        IsSyn => "tcp flags & (fin | syn | rst | ack) == syn",
        IsNoReset => "tcp flags & rst == 0",
        PortIs { Field: var field, Port: var port } => $"{NameOf(field)} {port}",
        InSet { Field: var field, Set: var set } => $"{NameOf(field)} @{set}",
        ToLoopback { Family: var family } => family == IpFamily.V4 ? "ip daddr 127.0.0.0/8" : "ip6 daddr ::1",
        StateIs { States: var states } => "ct state " + (states == ConnectionState.Invalid ? "invalid" : "invalid,new"),
        NotRedirected => "ct status & dnat == 0",
        HasSocket => "socket transparent <= 1",
        HasWildcardSocket => "socket wildcard 1",
        Counter => "counter",
        Accept => "accept",
        Drop => "drop",
        Jump { Chain: var chain } => $"jump {chain}",
        RedirectTo { Port: var port } => $"redirect to :{port}",
        TproxyTo { Port: var port, Family: var family } => family == IpFamily.V4 ? $"tproxy ip to :{port}" : $"tproxy to :{port}",
        Reset => "reject with tcp reset",
        Untracked => "notrack",
        DefaultZone => "ct zone set 0",
        _ => throw new NotSupportedException(statement.GetType().Name),
    };

    private static string NameOf(MetaField field) => field switch
    {
        MetaField.Mark => "meta mark",
        MetaField.InInterface => "iif",
        MetaField.OutInterface => "oif",
        MetaField.SocketUid => "meta skuid",
        _ => "meta skgid",
    };

    private static string ValueOf(MetaField field, uint value) => field switch
    {
        MetaField.Mark => string.Create(CultureInfo.InvariantCulture, $"0x{value:x8}"),
        MetaField.InInterface or MetaField.OutInterface => value == 1 ? "\"lo\"" : value.ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static string NameOf(PacketField field) => field switch
    {
        PacketField.TcpSourcePort => "tcp sport",
        PacketField.TcpDestinationPort => "tcp dport",
        PacketField.IPv4Source => "ip saddr",
        PacketField.IPv4Destination => "ip daddr",
        PacketField.IPv6Source => "ip6 saddr",
        _ => "ip6 daddr",
    };

    private static string TypeOf(SetKey key) => key switch
    {
        SetKey.Port => "inet_service",
        SetKey.IPv4 => "ipv4_addr",
        _ => "ipv6_addr",
    };

    private static string Of(Interval interval, SetKey key) => interval.First == interval.Last
        ? Of(interval.First, key)
        : $"{Of(interval.First, key)}-{Of(interval.Last, key)}";

    private static string Of(UInt128 value, SetKey key) => key == SetKey.Port
        ? ((ushort)value).ToString(CultureInfo.InvariantCulture)
        : NetworkIntervals.Address(value, key).ToString();

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
