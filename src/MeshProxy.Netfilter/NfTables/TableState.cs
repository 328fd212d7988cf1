using System.Collections.Immutable;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.NfTables;

/// <summary>A rule as the kernel holds it, comparable: its expressions in canonical form.</summary>
/// <param name="Text">The rule as nft text where we made it; otherwise its comment.</param>
internal sealed record RuleState(string Expressions, string Comment, string Text, ulong Packets);

/// <param name="Hook">As nft text; empty for a chain that is only jumped to.</param>
internal sealed record ChainState(string Name, string Hook, ImmutableArray<RuleState> Rules);

/// <param name="Elements">As nft text.</param>
internal sealed record SetState(string Name, uint KeyType, string Elements);

/// <summary>What a table holds, or would hold: intent and dump in the same form.</summary>
internal sealed record TableState(ImmutableArray<ChainState> Chains, ImmutableArray<SetState> Sets)
{
    public static readonly TableState Absent = new([], []);

    public bool IsAbsent => Chains.IsEmpty && Sets.IsEmpty;

    /// <summary>The hash of the configuration in force, or empty.</summary>
    public string Hash => Chains.FirstOrDefault(Fingerprint.IsName) is { } chain ? chain.Name[Fingerprint.ChainPrefix.Length..] : "";

    /// <summary>The intent, by the very bytes that are sent.</summary>
    public static TableState Of(RuleSet rules) => new(
        [.. rules.Chains.Select(c => new ChainState(c.Name, c.Hook is null ? "" : NftText.Of(c.Hook), [.. c.Rules.Select(Of)]))],
        [.. rules.Sets.Select(s => new SetState(s.Name, SetKeys.TypeOf(s.Key), NftText.Elements(s)))]);

    private static RuleState Of(Rule rule)
    {
        var messages = new NetlinkMessages();
        messages.Begin(NfTablesMessage.NewRule, NetlinkFlags.Request, 0, NfTablesMessage.FamilyInet);
        ExpressionWriter.Write(messages, rule);
        var expressions = messages.Bytes[(NetlinkMessages.HeaderLength + NetlinkMessages.NetfilterHeaderLength)..];
        return new RuleState(ExpressionText.Of(expressions, out _), rule.Comment, NftText.Of(rule), 0);
    }
}
