using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MeshProxy.Netfilter.Backends;

/// <summary>What <c>iptables-save</c> says of chains: where each is, what is in it, who jumps to it.</summary>
internal sealed class IptablesState
{
    private readonly List<(string Table, string Chain)> _chains = [];
    private readonly List<(string Table, string Chain, string Rule)> _rules = [];

    public IptablesState(ImmutableArray<string> saved)
    {
        var table = "";
        foreach (var line in saved)
        {
            if (line[0] == '*')
                table = line[1..];
            else if (line[0] == ':')
                _chains.Add((table, line[1..line.IndexOf(' ')]));
            else if (line.StartsWith("-A ", StringComparison.Ordinal) && line.IndexOf(' ', 3) is > 0 and var end)
                _rules.Add((table, line[3..end], line[(end + 1)..]));
        }
    }

    public bool Jumps(string table, string chain) => _rules.Any(r => r.Table == table && JumpsTo(r.Rule, chain));

    /// <summary>What of these chains is missing, a line each. A chain is known by its hash and by how many rules it has.</summary>
    public IEnumerable<string> Missing(ImmutableArray<IptablesChain> chains)
    {
        foreach (var chain in chains)
        {
            var rules = _rules.Where(r => r.Table == chain.Table && r.Chain == chain.Name).ToArray();
            var hash = chain.Rules[0].Split('"')[1];
            if (!rules.Any(r => r.Rule.Contains(hash, StringComparison.Ordinal)))
                yield return $"- chain {chain.Name} in table {chain.Table}, with {hash}";
            else if (rules.Length != chain.Rules.Length)
                yield return $"- chain {chain.Name} in table {chain.Table}: {chain.Rules.Length} rules, not {rules.Length}";
            else if (!Jumps(chain.Table, chain.Name))
                yield return $"- the jump to {chain.Name} from {chain.From}";
        }
    }

    /// <summary>
    /// Text for <c>iptables-restore --noflush</c> that removes chains, chosen by table and name, and the jumps to them; empty where there
    /// are none.
    /// </summary>
    public string Removal(Func<string, string, bool> chosen)
    {
        var text = new StringBuilder();
        foreach (var table in _chains.Where(c => chosen(c.Table, c.Chain)).GroupBy(c => c.Table))
        {
            text.Append(CultureInfo.InvariantCulture, $"*{table.Key}\n");
            var jumps = _rules.Where(r => r.Table == table.Key && !chosen(r.Table, r.Chain) && table.Any(c => JumpsTo(r.Rule, c.Chain)));
            foreach (var (_, from, rule) in jumps)
                text.Append(CultureInfo.InvariantCulture, $"-D {from} {rule}\n");
            foreach (var (_, name) in table)
                text.Append(CultureInfo.InvariantCulture, $"-F {name}\n");
            foreach (var (_, name) in table)
                text.Append(CultureInfo.InvariantCulture, $"-X {name}\n");
            text.Append("COMMIT\n");
        }
        return text.ToString();
    }

    private static bool JumpsTo(string rule, string chain) =>
        rule.EndsWith($"-j {chain}", StringComparison.Ordinal) || rule.EndsWith($"-g {chain}", StringComparison.Ordinal);
}
