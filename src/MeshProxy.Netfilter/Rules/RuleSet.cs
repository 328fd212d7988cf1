using System.Collections.Immutable;

namespace MeshProxy.Netfilter.Rules;

/// <summary>One table of family inet with all it holds, as it stands in the kernel after one transaction.</summary>
internal sealed record RuleSet(string Table, ImmutableArray<IntervalSet> Sets, ImmutableArray<Chain> Chains);
