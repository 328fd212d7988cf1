using System.Buffers.Binary;
using System.Collections.Immutable;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.NfTables;
using MeshProxy.Netfilter.Rules;
using MeshProxy.Netfilter.SelfTest;

namespace MeshProxy.Netfilter.Leftovers;

/// <summary>
/// Redirecting chains and tables of others in nf_tables; those of iptables-nft are there too, under the names iptables gave them.
/// </summary>
internal static class NfTablesLeftovers
{
    private const string IstioTables = "istio-proxy-";

    /// <exception cref="NetfilterException">The kernel refused.</exception>
    public static ImmutableArray<Leftover> Find(NetlinkSocket socket)
    {
        var found = new HashSet<Leftover>();
        Dump(socket, NfTablesMessage.GetChain, body =>
        {
            var table = NetlinkAttributes.FindText(Attributes(body), ChainAttribute.Table);
            var chain = NetlinkAttributes.FindText(Attributes(body), ChainAttribute.Name);
            if (table.StartsWith(IstioTables, StringComparison.Ordinal))
                found.Add(new Leftover(LeftoverOwner.Istio, LeftoverPlace.NfTables, body[0], table, ""));
            else if (table is RedirectRules.Table or ProbeTable.Name && body[0] == NfTablesMessage.FamilyInet)
                found.Add(new Leftover(LeftoverOwner.MeshProxy, LeftoverPlace.NfTables, body[0], table, ""));
            else if (Leftover.OwnerOf(chain) is { } owner)
                found.Add(new Leftover(owner, LeftoverPlace.NfTables, body[0], table, chain));
        });
        return [.. found];
    }

    /// <summary>Adds their removal to a transaction: the rules that jump to them, what is in them, then themselves.</summary>
    public static void Remove(NetlinkSocket socket, NfTablesTransaction transaction, ImmutableArray<Leftover> leftovers)
    {
        var here = leftovers.Where(l => l.Place == LeftoverPlace.NfTables).ToArray();
        var chains = here.Where(l => l.Chain.Length > 0).ToArray();
        if (chains.Length > 0)
            RemoveJumps(socket, transaction, chains);
        foreach (var leftover in chains)
            transaction.FlushChain(leftover.Family, leftover.Table, leftover.Chain);
        foreach (var leftover in chains)
            transaction.DeleteChain(leftover.Family, leftover.Table, leftover.Chain);
        foreach (var leftover in here.Where(l => l.Chain.Length == 0))
            transaction.Remove(leftover.Table, leftover.Family);
    }

    /// <summary>Rules within the chains themselves go with the chains.</summary>
    private static void RemoveJumps(NetlinkSocket socket, NfTablesTransaction transaction, Leftover[] chains)
    {
        Dump(socket, NfTablesMessage.GetRule, body =>
        {
            var attributes = Attributes(body);
            var family = body[0];
            var table = NetlinkAttributes.FindText(attributes, RuleAttribute.Table);
            var chain = NetlinkAttributes.FindText(attributes, RuleAttribute.Chain);
            var target = JumpTarget(NetlinkAttributes.Find(attributes, RuleAttribute.Expressions));
            bool Is(Leftover leftover, string name) => leftover.Family == family && leftover.Table == table && leftover.Chain == name;
            if (chains.Any(l => Is(l, target)) && !chains.Any(l => Is(l, chain)))
                transaction.DeleteRule(family, table, chain, HandleOf(attributes));
        });
    }

    /// <summary>The chain that a rule's verdict names (immediate: data 2, verdict 2, chain 2), or empty.</summary>
    private static string JumpTarget(ReadOnlySpan<byte> expressions)
    {
        var list = new NetlinkAttributes(expressions);
        var target = "";
        while (list.Next())
        {
            if (NetlinkAttributes.FindText(list.Value, RuleAttribute.ExpressionName) != "immediate")
                continue;
            var data = NetlinkAttributes.Find(NetlinkAttributes.Find(list.Value, RuleAttribute.ExpressionData), 2);
            target = NetlinkAttributes.FindText(NetlinkAttributes.Find(data, 2), 2);
        }
        return target;
    }

    private static ulong HandleOf(ReadOnlySpan<byte> rule) =>
        BinaryPrimitives.ReadUInt64BigEndian(NetlinkAttributes.Find(rule, RuleAttribute.Handle));

    private static ReadOnlySpan<byte> Attributes(ReadOnlySpan<byte> body) => body[NetlinkMessages.NetfilterHeaderLength..];

    /// <summary>Of all families.</summary>
    private static void Dump(NetlinkSocket socket, ushort type, NetlinkSocket.MessageHandler handler)
    {
        var request = new NetlinkMessages();
        request.Begin(type, NetlinkFlags.Request | NetlinkFlags.Dump, 1, family: 0);
        try
        {
            socket.Query(request, handler);
        }
        catch (NetlinkException e) when (e.Errno is Errno.Invalid or Errno.OperationUnsupported)
        {
            // A kernel without nf_tables has no rules in it either.
        }
        catch (NetlinkException e)
        {
            throw NetfilterErrors.Of(e.Errno, "reading the rules");
        }
    }
}
