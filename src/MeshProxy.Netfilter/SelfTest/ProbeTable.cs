using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.NfTables;
using MeshProxy.Netfilter.Rules;
using static MeshProxy.Netfilter.Rules.Statement;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>
/// Makes a connection within the pod look, to the inbound rules, like one from outside. NAT decides a connection once, and one over
/// loopback is decided on its way out. So the probe's packets leave untracked and, coming in again, are tracked as new: setting the
/// (default) zone replaces the mark "untracked" (nf_conntrack_core.c, nft_ct.c). The table stands while the probe runs, and touches only
/// packets with the probe's mark.
/// </summary>
internal sealed class ProbeTable : IDisposable
{
    public const string Name = "meshproxy_probe";
    private const uint Loopback = 1;

    private static readonly Statement IsProbe = new MetaIs(MetaField.Mark, RedirectConfig.ProbeMark);

    private static readonly RuleSet Rules = new(Name, [],
    [
        new Chain("output", new ChainHook(ChainType.Filter, Hook.Output, ChainHook.Raw),
            [new Rule("out: unseen", new MetaIs(MetaField.OutInterface, Loopback), IsProbe, new Untracked())]),
        new Chain("prerouting", new ChainHook(ChainType.Filter, Hook.Prerouting, ChainHook.Raw),
            [new Rule("in: new", new MetaIs(MetaField.InInterface, Loopback), IsProbe, new DefaultZone())]),
    ]);

    private readonly NetlinkSocket _socket;

    private ProbeTable(NetlinkSocket socket) => _socket = socket;

    /// <returns>Null where the kernel cannot do it; then there is no inbound probe.</returns>
    public static ProbeTable? Install(NetlinkSocket socket)
    {
        var transaction = new NfTablesTransaction();
        transaction.Replace(Rules);
        return transaction.Commit(socket) is null ? new ProbeTable(socket) : null;
    }

    public void Dispose()
    {
        var transaction = new NfTablesTransaction();
        transaction.Remove(Name);
        transaction.Commit(_socket);
    }
}
