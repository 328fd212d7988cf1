using System.Text.Json;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Injection.Model;
using MeshProxy.Kubernetes.Manifests;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>What the injector made of a pod, as one annotation for people and for the injector's next run.</summary>
/// <param name="Version">Of the injector.</param>
/// <param name="Injector"><c>webhook</c>, or <c>inject</c>: what a person injected by hand, no webhook changes.</param>
/// <param name="Mode">Of the sidecar.</param>
/// <param name="Redirect"><c>init</c> or <c>cni</c>: who puts the rules in force.</param>
/// <param name="DefaultContainer">The annotation of kubectl's default container is the injector's.</param>
/// <param name="Settings">Those that somebody gave, by the names of the table.</param>
internal sealed record InjectionStatus(
    string Version, string Injector, string Mode, string Redirect, bool? DefaultContainer, IReadOnlyDictionary<string, string> Settings)
{
    public const string ByHand = "inject";

    /// <summary>Null where there is none, or none that can be read.</summary>
    public static JsonObject? Of(PodTemplate pod)
    {
        try
        {
            return pod.Annotations.TryGetValue(AnnotationNames.Status, out var text) ? OutsideJson.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string ToText() => JsonText.Of(KubernetesJson.ToObject(this, KubernetesJson.Default.InjectionStatus));
}
