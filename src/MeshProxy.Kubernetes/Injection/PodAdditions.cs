using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Netfilter;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>What a pod gets: annotations, and members of its lists at their beginning or end.</summary>
internal sealed record PodAdditions(
    ImmutableArray<KeyValuePair<string, string>> Annotations,
    ImmutableArray<ListAddition> Lists)
{
    public static PodAdditions Of(SidecarPlan plan, PodTemplate pod, InjectionSettings settings)
    {
        var proxy = SidecarContainers.Proxy(plan).ToJson();
        var init = SidecarContainers.Init(plan).ToJson();
        var isNative = plan.Mode == SidecarMode.Native;
        return new PodAdditions(AnnotationsOf(plan, pod, settings), isNative
            // Before the app's own init containers, whose connections so have a proxy.
            ? [new("initContainers", true, [init, proxy]), new("volumes", false, [Volume()])]
            // After them: until the sidecar runs, a redirected connection would find nobody.
            : [new("initContainers", false, [init]), new("containers", true, [proxy]), new("volumes", false, [Volume()])]);
    }

    private static ImmutableArray<KeyValuePair<string, string>> AnnotationsOf(SidecarPlan plan, PodTemplate pod, InjectionSettings settings)
    {
        var annotations = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var (isNative, own) = (plan.Mode == SidecarMode.Native, ApiObject.IsTrue(InjectionStatus.Of(pod), "defaultContainer"));
        // The sidecar is the first container then, which kubectl would mean.
        var isDefaultOurs = !isNative && (own || !pod.Annotations.ContainsKey(AnnotationNames.DefaultContainer)) && pod.Apps.Any();
        if (isDefaultOurs)
            annotations.Add(new(AnnotationNames.DefaultContainer, ApiObject.Text(pod.Apps.First(), "name") ?? ""));
        if (plan.Cni)
            annotations.Add(new(AnnotationNames.Redirect, RedirectConfigJson.Write(plan.Redirect)));
        var status = new InjectionStatus(
            settings.Version, settings.Injector, isNative ? "native" : "classic", plan.Cni ? "cni" : "init",
            isDefaultOurs ? true : null, plan.Given);
        annotations.Add(new(AnnotationNames.Status, status.ToText()));
        return annotations.ToImmutable();
    }

    private static JsonObject Volume() => SidecarContainers.EgressVolume().ToJson();
}
