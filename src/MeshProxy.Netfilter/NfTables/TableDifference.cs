using System.Collections.Immutable;

namespace MeshProxy.Netfilter.NfTables;

/// <summary>What differs between an intent and what is in force, a line each: <c>- </c> is missing, <c>+ </c> is too much.</summary>
internal static class TableDifference
{
    public static ImmutableArray<string> Between(TableState intended, TableState actual)
    {
        if (actual.IsAbsent)
            return ["- the table: no redirect is configured in this namespace"];
        var lines = ImmutableArray.CreateBuilder<string>();
        CompareByName(lines, intended.Sets, actual.Sets, s => s.Name, CompareSets, s => $"set {s.Name} {{ {s.Elements} }}");
        CompareByName(lines, intended.Chains, actual.Chains, c => c.Name, CompareChains, c => $"chain {c.Name}, {c.Rules.Length} rules");
        return lines.ToImmutable();
    }

    private static void CompareByName<T>(
        ImmutableArray<string>.Builder lines, ImmutableArray<T> intended, ImmutableArray<T> actual,
        Func<T, string> name, Action<ImmutableArray<string>.Builder, T, T> compare, Func<T, string> text) where T : class
    {
        foreach (var wanted in intended)
        {
            if (actual.FirstOrDefault(a => name(a) == name(wanted)) is { } found)
                compare(lines, wanted, found);
            else
                lines.Add($"- {text(wanted)}");
        }
        foreach (var extra in actual.Where(a => intended.All(i => name(i) != name(a))))
            lines.Add($"+ {text(extra)}");
    }

    private static void CompareSets(ImmutableArray<string>.Builder lines, SetState intended, SetState actual)
    {
        if (intended == actual)
            return;
        lines.Add($"- set {intended.Name} {{ {intended.Elements} }}");
        lines.Add($"+ set {actual.Name} {{ {actual.Elements} }}");
    }

    private static void CompareChains(ImmutableArray<string>.Builder lines, ChainState intended, ChainState actual)
    {
        if (intended.Hook != actual.Hook)
        {
            lines.Add($"- chain {intended.Name}: {intended.Hook}");
            lines.Add($"+ chain {actual.Name}: {actual.Hook}");
        }
        var wanted = intended.Rules.Select(r => r.Expressions).ToArray();
        var found = actual.Rules.Select(r => r.Expressions).ToArray();
        if (wanted.SequenceEqual(found))
            return;
        var before = lines.Count;
        foreach (var rule in intended.Rules.Where(r => !found.Contains(r.Expressions)))
            lines.Add($"- chain {intended.Name}: {rule.Text}");
        foreach (var rule in actual.Rules.Where(r => !wanted.Contains(r.Expressions)))
            lines.Add($"+ chain {intended.Name}: {(rule.Comment.Length > 0 ? $"\"{rule.Comment}\" " : "")}{rule.Expressions}");
        if (lines.Count == before)
            lines.Add($"+ chain {intended.Name}: its rules in another order, or one of them twice");
    }
}
