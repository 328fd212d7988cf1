using System.Collections.Immutable;
using MeshProxy.Netfilter.Leftovers;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.NfTables;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.Backends;

/// <summary>The rules in one nf_tables table of family inet: written by this process over netlink, or by the program nft. Read over netlink either way.</summary>
internal sealed class NfTablesBackend(NetlinkSocket socket, bool throughNft) : IRuleBackend
{
    private const string NoSocketMatch =
        "this kernel cannot tell where a socket listens (nft_socket, Linux 5.0): every inbound port is redirected, so closed ports look open";

    /// <summary>The name under which the kernel is asked for the socket expression; a test gives one that no kernel has.</summary>
    internal string SocketExpression { get; init; } = ExpressionWriter.SocketName;

    public RuleChange Apply(RedirectConfig config, ImmutableArray<Leftover> leftovers)
    {
        var refusal = TryApply(config, leftovers, out var changed);
        if (refusal is { Errno: Errno.NoEntry or Errno.OperationUnsupported } && Blames(refusal, SocketExpression))
        {
            var all = config with { Inbound = config.Inbound with { Mode = InboundMode.All } };
            refusal = TryApply(all, leftovers, out changed);
            config = all;
            if (refusal is null)
                return new RuleChange(changed, Hash(config), config, [NoSocketMatch]);
        }
        return refusal is null ? new RuleChange(changed, Hash(config), config, []) : throw Refused(refusal);
    }

    public ImmutableArray<string> Differences(RedirectConfig config) =>
        TableDifference.Between(TableState.Of(Fingerprint.Named(RedirectRules.Of(config))), NfTablesDump.Of(socket, RedirectRules.Table));

    public string Hash(RedirectConfig config) => Fingerprint.Of(TableState.Of(RedirectRules.Of(config)));

    private NfTablesRefusal? TryApply(RedirectConfig config, ImmutableArray<Leftover> leftovers, out bool changed)
    {
        changed = !leftovers.IsEmpty || !Differences(config).IsEmpty;
        if (!changed)
            return null;
        var rules = Fingerprint.Named(RedirectRules.Of(config));
        var transaction = new NfTablesTransaction { SocketExpression = SocketExpression };
        NfTablesLeftovers.Remove(socket, transaction, leftovers);
        if (throughNft)
            NftProgram.Apply(rules);
        else
            transaction.Replace(rules);
        if ((!throughNft || !leftovers.IsEmpty) && transaction.Commit(socket) is { } refusal)
            return refusal;
        LeftoverRemoval.RemoveLegacy(leftovers);
        return Differences(config) is { IsEmpty: false } differences
            ? throw new NetfilterException(FailureKind.CheckFailed, $"the rules were accepted, but the kernel holds others: {string.Join("; ", differences)}")
            : null;
    }

    private static bool Blames(NfTablesRefusal refusal, string expression) =>
        refusal.Expression == expression || (refusal.Expression.Length == 0 && refusal.Purpose.Contains("socket transparent", StringComparison.Ordinal));

    private static NetfilterException Refused(NfTablesRefusal refusal) => refusal.Errno == Errno.NoEntry && refusal.Expression.Length > 0
        ? new NetfilterException(FailureKind.Unsupported, $"this kernel has no nf_tables expression '{refusal.Expression}', which {refusal.Purpose} needs", "load it on the node (modprobe nft_…), or use --backend iptables-nft")
        : NetfilterErrors.Of(refusal.Errno, $"{refusal.Purpose}, in one transaction of all rules,", refusal.Explanation);
}
