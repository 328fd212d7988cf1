namespace MeshProxy.Netfilter.Rules;

/// <summary>
/// One step of a rule, in the order the kernel takes them: matches first, each ending the rule where it does not hold, then what to do.
/// What a step reads is fixed by its type, so that text and netlink form are made from the same value.
/// </summary>
internal abstract record Statement
{
    /// <summary><c>meta l4proto tcp</c></summary>
    internal sealed record IsTcp : Statement;

    /// <summary><c>meta nfproto ipv4</c></summary>
    internal sealed record IsFamily(IpFamily Family) : Statement;

    /// <summary>
    /// <c>meta skuid 2102</c>; with <paramref name="Not"/>, <c>meta skuid != 2102</c>. No match where the packet has no such value.
    /// </summary>
    internal sealed record MetaIs(MetaField Field, uint Value, bool Not = false) : Statement;

    /// <summary><c>tcp flags &amp; (fin|syn|rst|ack) == syn</c>: it begins a connection.</summary>
    internal sealed record IsSyn : Statement;

    /// <summary><c>tcp flags &amp; rst == 0</c>: it is not a reset.</summary>
    internal sealed record IsNoReset : Statement;

    /// <summary><c>tcp dport 4143</c></summary>
    internal sealed record PortIs(PacketField Field, ushort Port) : Statement;

    /// <summary><c>tcp dport @skip_inbound_ports</c></summary>
    internal sealed record InSet(PacketField Field, string Set) : Statement;

    /// <summary><c>ip daddr 127.0.0.0/8</c> or <c>ip6 daddr ::1</c></summary>
    internal sealed record ToLoopback(IpFamily Family) : Statement;

    /// <summary><c>ct state invalid,new</c>: any of the states.</summary>
    internal sealed record StateIs(ConnectionState States) : Statement;

    /// <summary><c>ct status &amp; dnat == 0</c>: the connection's destination has not been rewritten.</summary>
    internal sealed record NotRedirected : Statement;

    /// <summary>
    /// <c>socket transparent &lt;= 1</c>: a socket of this namespace takes the packet, be it a listener or one end of a connection. The key
    /// is <i>transparent</i> since the kernel answers it for sockets in every state; <i>wildcard</i> fails for one in TIME_WAIT
    /// (nft_socket.c).
    /// </summary>
    internal sealed record HasSocket : Statement;

    /// <summary>
    /// <c>socket wildcard 1</c>: a socket bound to no address takes the packet. That is a listener, and not one end of a connection, which
    /// has an address.
    /// </summary>
    internal sealed record HasWildcardSocket : Statement;

    internal sealed record Counter : Statement;

    internal sealed record Accept : Statement;

    internal sealed record Drop : Statement;

    internal sealed record Jump(string Chain) : Statement;

    /// <summary><c>redirect to :4143</c></summary>
    internal sealed record RedirectTo(ushort Port) : Statement;

    /// <summary><c>tproxy to :4143</c>, or with a family <c>tproxy ip to :4143</c>, which other families' packets do not match.</summary>
    internal sealed record TproxyTo(ushort Port, IpFamily? Family = null) : Statement;

    /// <summary><c>reject with tcp reset</c></summary>
    internal sealed record Reset : Statement;

    /// <summary><c>notrack</c></summary>
    internal sealed record Untracked : Statement;

    /// <summary><c>ct zone set 0</c></summary>
    internal sealed record DefaultZone : Statement;
}
