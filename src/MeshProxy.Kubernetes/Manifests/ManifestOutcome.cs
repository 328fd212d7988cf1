using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>A manifest after work on it.</summary>
/// <param name="Text">With the changes; of resources that were refused, as they were.</param>
/// <param name="Lines">For people: what became of each resource that makes pods, and why.</param>
/// <param name="Errors">Why something that was asked for was not done.</param>
/// <param name="IsUnreadable">It is no YAML at all.</param>
public sealed record ManifestOutcome(string Text, ImmutableArray<string> Lines, ImmutableArray<string> Errors, bool IsUnreadable = false)
{
    public int Changed { get; init; }

    public int Skipped { get; init; }

    public int Refused { get; init; }

    public int Warnings { get; init; }
}
