using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>Why a pod cannot have a sidecar, whoever asks.</summary>
internal static class Obstacles
{
    private static readonly string[] ForeignNames =
        ["linkerd-proxy", "linkerd-init", "linkerd-network-validator", "istio-proxy", "istio-init", "istio-validation"];

    /// <param name="proxyUid">The user whose connections are not redirected.</param>
    public static IEnumerable<string> In(PodTemplate pod, string proxyUid)
    {
        if (ApiObject.IsTrue(pod.Spec, "hostNetwork"))
            yield return "hostNetwork is true: redirecting its connections would redirect the node's";
        if (pod.Annotations.ContainsKey(AnnotationNames.Mirror))
            yield return "it is a static pod of a node, which the API cannot change";
        if (IsWindows(pod))
            yield return "it runs on Windows";
        if (!pod.Apps.Any())
            yield return "it has no containers";
        foreach (var name in pod.Containers.Select(container => ApiObject.Text(container, "name")).Intersect(ForeignNames))
            yield return $"container {name} is another mesh's sidecar; two cannot redirect the same connections";
        foreach (var name in RunningAs(pod, proxyUid))
            yield return $"container {name} runs as user {proxyUid}, which is the proxy's: its connections would bypass the proxy; "
                + $"choose another by {AnnotationTable.ProxyUid}";
    }

    private static bool IsWindows(PodTemplate pod) =>
        ApiObject.Text(pod.Spec, "os", "name") == "windows" || ApiObject.Text(pod.Spec, "nodeSelector", "kubernetes.io/os") == "windows";

    private static IEnumerable<string?> RunningAs(PodTemplate pod, string uid)
    {
        var ofPod = ApiObject.Number(pod.Spec, "securityContext", "runAsUser");
        return pod.Containers
            .Where(container => (ApiObject.Number(container, "securityContext", "runAsUser") ?? ofPod)?.ToString() == uid)
            .Select(container => ApiObject.Text(container, "name"));
    }
}
