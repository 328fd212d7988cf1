using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>What of a pod is the injector's.</summary>
internal static class InjectedParts
{
    private static readonly string[] Lists = ["initContainers", "containers", "volumes"];

    /// <summary>The pod without it.</summary>
    public static JsonObject Without(PodTemplate pod)
    {
        var rest = pod.Json.DeepClone().AsObject();
        if (ApiObject.Field(rest, "metadata", "annotations") is JsonObject annotations)
        {
            foreach (var name in annotations.Select(pair => pair.Key).Where(name => IsAnnotation(pod, name)).ToList())
                annotations.Remove(name);
        }
        foreach (var list in Lists)
            (ApiObject.Field(rest, "spec", list) as JsonArray)?.RemoveAll(item => IsMember(list, ApiObject.Text(item, "name")));
        return rest;
    }

    /// <summary>Whether an annotation of the pod is the injector's; kubectl's default container is where the status says so.</summary>
    public static bool IsAnnotation(PodTemplate pod, string name) => InjectedNames.Annotations.Contains(name)
        || name == AnnotationNames.DefaultContainer && ApiObject.IsTrue(InjectionStatus.Of(pod), "defaultContainer");

    /// <summary>The pod without lists and annotations that hold nothing: written or left out, they mean the same.</summary>
    public static JsonObject WithoutEmpty(JsonObject pod)
    {
        var rest = pod.DeepClone().AsObject();
        if (rest["metadata"] is JsonObject metadata)
            RemoveEmpty(metadata, "annotations");
        RemoveEmpty(rest, "metadata");
        foreach (var list in rest["spec"] is JsonObject ? Lists : [])
            RemoveEmpty(rest["spec"]!.AsObject(), list);
        return rest;
    }

    private static bool IsMember(string list, string? name) =>
        list == "volumes" ? InjectedNames.IsVolume(name) : InjectedNames.IsContainer(name);

    private static void RemoveEmpty(JsonObject fields, string name)
    {
        if (fields[name] is null or JsonArray { Count: 0 } or JsonObject { Count: 0 })
            fields.Remove(name);
    }
}
