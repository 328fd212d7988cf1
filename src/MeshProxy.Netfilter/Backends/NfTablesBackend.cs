using System.Collections.Immutable;
using System.Diagnostics;
using MeshProxy.Netfilter.Leftovers;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.NfTables;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.Backends;

/// <summary>
/// The rules in one nf_tables table of family inet: written by this process over netlink, or by the program nft. Read over netlink either
/// way.
/// </summary>
internal sealed class NfTablesBackend(NetlinkSocket socket, bool throughNft) : IRuleBackend
{
    private const string NoSocketMatch =
        "this kernel cannot tell where a socket listens (nft_socket): every inbound port is redirected, so closed ports look open";

    /// <summary>The name under which the kernel is asked for the socket expression; a test gives one that no kernel has.</summary>
    internal string SocketExpression { get; init; } = ExpressionWriter.SocketName;

    /// <summary>With all that the rules can use of the kernel; where it lacks something, with less.</summary>
    public RuleChange Apply(RedirectConfig config, ImmutableArray<Leftover> leftovers)
    {
        foreach (var socketMatch in Enum.GetValues<SocketMatch>())
        {
            var rules = Fingerprint.Named(RedirectRules.Of(config, socketMatch));
            if (TryApply(rules, leftovers, out var changed) is not { } refusal)
                return Applied(config, rules, socketMatch, changed);
            if (socketMatch == SocketMatch.None || !IsAboutSockets(refusal))
                throw Refused(refusal);
        }
        throw new UnreachableException();
    }

    /// <summary>A table that makes do without what the kernel lacks is as good as can be, and no difference.</summary>
    public ImmutableArray<string> Differences(RedirectConfig config)
    {
        var actual = NfTablesDump.Of(socket, RedirectRules.Table);
        var intended = Enum.GetValues<SocketMatch>().Select(m => TableState.Of(Fingerprint.Named(RedirectRules.Of(config, m))));
        var differences = intended.Select(i => TableDifference.Between(i, actual)).ToArray();
        return differences.Any(d => d.IsEmpty) ? [] : differences[0];
    }

    private static RuleChange Applied(RedirectConfig config, RuleSet rules, SocketMatch socketMatch, bool changed)
    {
        var isLess = socketMatch == SocketMatch.None && config.Inbound.Mode == InboundMode.Listening;
        var inForce = isLess ? config with { Inbound = config.Inbound with { Mode = InboundMode.All } } : config;
        return new RuleChange(changed, TableState.Of(rules).Hash, inForce, isLess ? [NoSocketMatch] : []);
    }

    private NfTablesRefusal? TryApply(RuleSet rules, ImmutableArray<Leftover> leftovers, out bool changed)
    {
        var intended = TableState.Of(rules);
        changed = !leftovers.IsEmpty || !TableDifference.Between(intended, NfTablesDump.Of(socket, rules.Table)).IsEmpty;
        if (!changed)
            return null;
        var transaction = new NfTablesTransaction { SocketExpression = SocketExpression };
        NfTablesLeftovers.Remove(socket, transaction, leftovers);
        if (throughNft)
            NftProgram.Apply(rules);
        else
            transaction.Replace(rules);
        if ((!throughNft || !leftovers.IsEmpty) && transaction.Commit(socket) is { } refusal)
            return refusal;
        LeftoverRemoval.RemoveLegacy(leftovers);
        return TableDifference.Between(intended, NfTablesDump.Of(socket, rules.Table)) is { IsEmpty: false } differences
            ? throw new NetfilterException(
                FailureKind.CheckFailed, $"the rules were accepted, but the kernel holds others: {string.Join("; ", differences)}")
            : null;
    }

    /// <summary>Kernels before 5.4 do not say which expression they dislike; then it is guessed from the rule.</summary>
    private bool IsAboutSockets(NfTablesRefusal refusal)
    {
        var blamesSocket = refusal.Expression.Length == 0
            ? refusal.Purpose.Contains(" socket ", StringComparison.Ordinal)
            : refusal.Expression == SocketExpression;
        return blamesSocket && refusal.Errno is (Errno.NoEntry or Errno.OperationUnsupported);
    }

    private static NetfilterException Refused(NfTablesRefusal refusal) => refusal.Errno == Errno.NoEntry && refusal.Expression.Length > 0
        ? new NetfilterException(
            FailureKind.Unsupported, $"this kernel has no nf_tables expression '{refusal.Expression}', which {refusal.Purpose} needs",
            "load it on the node (modprobe nft_…), or use --backend iptables-nft")
        : NetfilterErrors.Of(refusal.Errno, $"{refusal.Purpose}, in one transaction of all rules,", refusal.Explanation);
}
