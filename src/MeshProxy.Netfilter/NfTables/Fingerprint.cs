using System.Text;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.NfTables;

/// <summary>
/// Names all that a table says. Made from the canonical form, which a dump has too, so that a table
/// can be held against its own name by whoever does not know the configuration.
/// </summary>
internal static class Fingerprint
{
    /// <summary>Of an empty chain that is named for the hash of all the rest.</summary>
    public const string ChainPrefix = "config_";

    public static RuleSet Named(RuleSet rules) =>
        rules with { Chains = [.. rules.Chains, new Chain(ChainPrefix + Of(TableState.Of(rules)), null, [])] };

    public static string Of(TableState state)
    {
        var text = new StringBuilder();
        foreach (var set in state.Sets.OrderBy(s => s.Name, StringComparer.Ordinal))
            text.Append("set ").Append(set.Name).Append(' ').Append(set.KeyType).Append(' ').AppendLine(set.Elements);
        foreach (var chain in state.Chains.Where(c => !IsName(c)).OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            text.Append("chain ").Append(chain.Name).Append(' ').AppendLine(chain.Hook);
            foreach (var rule in chain.Rules)
                text.Append(rule.Expressions).Append(" # ").AppendLine(rule.Comment);
        }
        return TextHash.Of(text.ToString());
    }

    public static bool IsName(ChainState chain) => chain.Name.StartsWith(ChainPrefix, StringComparison.Ordinal);
}
