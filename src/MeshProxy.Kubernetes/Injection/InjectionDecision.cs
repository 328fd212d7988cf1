using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>What becomes of a pod, and what to tell.</summary>
/// <param name="Reasons">Why it was skipped or refused; one line each, none where it is injected.</param>
/// <param name="Warnings">What is not as somebody may think, a line each.</param>
public sealed record InjectionDecision(InjectionVerdict Verdict, ImmutableArray<string> Reasons, ImmutableArray<string> Warnings)
{
    /// <summary>Null unless injected.</summary>
    internal PodAdditions? Additions { get; init; }

    /// <summary>The changes; none unless injected, and none where the pod is already as it should be.</summary>
    public ImmutableArray<PatchOperation> Patch { get; init; } = [];
}
