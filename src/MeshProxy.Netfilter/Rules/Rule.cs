using System.Collections.Immutable;

namespace MeshProxy.Netfilter.Rules;

/// <param name="Comment">Its purpose, in words; kept by the kernel and shown by <c>nft list ruleset</c>.</param>
internal sealed record Rule(string Comment, params ImmutableArray<Statement> Statements);
