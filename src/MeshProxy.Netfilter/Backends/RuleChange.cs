using System.Collections.Immutable;

namespace MeshProxy.Netfilter.Backends;

/// <param name="Changed">False where the rules were in force already.</param>
/// <param name="Hash">Of the rules in force.</param>
/// <param name="InForce">The configuration as carried out, which is not quite what was asked for where the kernel lacks something.</param>
/// <param name="Warnings">What it lacks.</param>
internal sealed record RuleChange(bool Changed, string Hash, RedirectConfig InForce, ImmutableArray<string> Warnings);
