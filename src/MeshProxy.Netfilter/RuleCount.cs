namespace MeshProxy.Netfilter;

/// <summary>How often a rule in force has applied.</summary>
/// <param name="Chain">The chain it stands in, such as <c>outbound</c>.</param>
/// <param name="Rule">Its purpose.</param>
public sealed record RuleCount(string Chain, string Rule, ulong Packets);
