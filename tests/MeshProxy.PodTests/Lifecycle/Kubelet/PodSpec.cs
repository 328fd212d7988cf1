using System.Collections.Immutable;

namespace MeshProxy.PodTests.Lifecycle.Kubelet;

/// <param name="Init">In order: those that run to their end, and native sidecars, which stay.</param>
internal sealed record PodSpec(ImmutableArray<ContainerSpec> Init, ImmutableArray<ContainerSpec> Containers)
{
    /// <summary>terminationGracePeriodSeconds.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);
}
