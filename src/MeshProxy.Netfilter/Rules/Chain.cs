using System.Collections.Immutable;

namespace MeshProxy.Netfilter.Rules;

/// <param name="Hook">Null for a chain that is only jumped to.</param>
internal sealed record Chain(string Name, ChainHook? Hook, ImmutableArray<Rule> Rules);
