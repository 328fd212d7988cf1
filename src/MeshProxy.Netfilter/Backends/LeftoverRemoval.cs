using System.Collections.Immutable;
using MeshProxy.Netfilter.Leftovers;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.NfTables;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.Backends;

/// <summary>
/// Takes leftovers away: those in nf_tables over netlink, in one transaction; legacy ones through the program that made them.
/// </summary>
internal static class LeftoverRemoval
{
    /// <exception cref="NetfilterException">Some stand still.</exception>
    public static void Remove(NetlinkSocket socket, ImmutableArray<Leftover> leftovers)
    {
        if (leftovers.Any(l => l.Place == LeftoverPlace.NfTables))
        {
            var transaction = new NfTablesTransaction();
            NfTablesLeftovers.Remove(socket, transaction, leftovers);
            if (transaction.Commit(socket) is { } refusal)
                throw NetfilterErrors.Of(refusal.Errno, refusal.Purpose, refusal.Explanation);
        }
        RemoveLegacy(leftovers);
    }

    /// <exception cref="NetfilterException">Some stand still.</exception>
    public static void RemoveLegacy(ImmutableArray<Leftover> leftovers)
    {
        foreach (var family in leftovers.Where(l => l.Place == LeftoverPlace.Legacy).GroupBy(l => l.Family))
        {
            var program = new IptablesProgram((IpFamily)family.Key, legacy: true);
            var state = new IptablesState(program.Save());
            program.Restore(
                state.Removal((table, chain) => family.Any(l => l.Table == table && l.Chain == chain)), "removing legacy rules");
        }
    }
}
