using System.Collections.Immutable;
using MeshProxy.Netfilter;

namespace MeshProxy.Kubernetes.Annotations;

/// <summary>A row of the table of annotations.</summary>
/// <param name="Name">Behind <see cref="AnnotationNames.Prefix"/>.</param>
/// <param name="Default">In force where nobody says anything; empty where that is nothing.</param>
/// <param name="Help">A sentence.</param>
internal sealed record AnnotationKey(string Name, AnnotationSyntax Syntax, string Default, string Help)
{
    /// <summary>The setting of the redirect that it is, or null.</summary>
    public RedirectKey? Redirect { get; init; }

    /// <summary>The sidecar's environment variables that take its value as it is.</summary>
    public ImmutableArray<string> Variables { get; init; } = [];

    public ImmutableArray<LinkerdAlias> Aliases { get; init; } = [];

    public string FullName => AnnotationNames.Prefix + Name;

    public override string ToString() => FullName;
}
