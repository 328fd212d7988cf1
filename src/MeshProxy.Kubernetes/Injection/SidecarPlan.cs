using System.Collections.Immutable;
using MeshProxy.Kubernetes.Injection.Model;
using MeshProxy.Netfilter;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>Everything that is decided about a pod's sidecar; its containers follow from it.</summary>
/// <param name="Given">What somebody asked for, by the names of the table.</param>
/// <param name="Variables">The sidecar's environment, in order.</param>
internal sealed record SidecarPlan(
    SidecarMode Mode,
    bool Cni,
    string Image,
    string PullPolicy,
    Resources? Resources,
    RedirectConfig Redirect,
    ImmutableArray<EnvironmentVariable> Variables,
    ImmutableSortedDictionary<string, string> Given);
