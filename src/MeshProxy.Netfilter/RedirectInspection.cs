using System.Collections.Immutable;
using MeshProxy.Netfilter.Conntrack;
using MeshProxy.Netfilter.Leftovers;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.NfTables;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter;

/// <summary>
/// Judges the redirect of the calling thread's namespace by itself, knowing nothing of what was asked for: whether there is one, whether it
/// is still what it was when it was applied (its fingerprint), whether others redirect too, and whether conntrack remembers long enough.
/// </summary>
internal static class RedirectInspection
{
    private static readonly NetfilterFailure NoRules = new(
        FailureKind.CheckFailed, "no connection is redirected: this namespace has no rules of meshproxy",
        "run meshproxy init, as an init container or by the CNI plugin, before the app starts");

    public static RedirectOutcome Run(NetlinkSocket socket, RedirectOptions options)
    {
        var leftovers = ImmutableArray.Create<Leftover>([.. NfTablesLeftovers.Find(socket), .. LegacyLeftovers.Find()]);
        var table = NfTablesDump.Of(socket, RedirectRules.Table);
        var outcome = new RedirectOutcome(RedirectState.InForce, BackendOf(table, leftovers, options))
        {
            Hash = table.Hash,
            Warnings = Warnings(socket),
            Rules = Rules(table),
        };
        return FailureOf(table, leftovers) is { } failure ? outcome with { State = RedirectState.Failed, Failure = failure } : outcome;
    }

    private static NetfilterFailure? FailureOf(TableState table, ImmutableArray<Leftover> leftovers)
    {
        if (ForeignRules.ConflictIn(leftovers) is { } conflict)
            return conflict;
        // Rules of iptables have no fingerprint to be held against.
        if (table.IsAbsent)
            return leftovers.IsEmpty ? NoRules : null;
        var seen = Fingerprint.Of(table);
        return seen == table.Hash ? null : new NetfilterFailure(
            FailureKind.CheckFailed,
            $"the rules were changed after they were applied: they read as config {seen}, and were config {table.Hash}",
            "run meshproxy init again");
    }

    private static RedirectBackend BackendOf(TableState table, ImmutableArray<Leftover> leftovers, RedirectOptions options) =>
        !table.IsAbsent ? options.Backend
        : leftovers.Any(l => l.Owner == LeftoverOwner.MeshProxy && l.Place == LeftoverPlace.Legacy) ? RedirectBackend.IptablesLegacy
        : leftovers.Any(l => l.Owner == LeftoverOwner.MeshProxy) ? RedirectBackend.IptablesNft
        : options.Backend;

    private static ImmutableArray<string> Warnings(NetlinkSocket socket)
    {
        try
        {
            return [.. TimeoutSetter.Differences(socket, ConntrackTimeouts.Default).Select(d =>
                $"{d[2..]}; a half-closed connection that is quiet for longer loses its address translation: run meshproxy init")];
        }
        catch (NetfilterException e)
        {
            return [$"conntrack timeouts cannot be read: {e.Failure}"];
        }
    }

    private static ImmutableArray<RuleCount> Rules(TableState table) =>
        [.. table.Chains.SelectMany(c => c.Rules.Select(r => new RuleCount(c.Name, r.Comment, r.Packets)))];
}
