namespace MeshProxy.Kubernetes.Annotations;

/// <summary>Names in metadata that are no settings, and the prefixes of those that are.</summary>
public static class AnnotationNames
{
    public const string Prefix = "config.meshproxy.io/";
    public const string OwnPrefix = "meshproxy.io/";

    /// <summary>Whether a pod, or the pods of a namespace, get a sidecar: <c>enabled</c> or <c>disabled</c>.</summary>
    public const string Inject = OwnPrefix + "inject";

    /// <summary>What the injector has made of a pod: written by it alone.</summary>
    public const string Status = OwnPrefix + "status";

    /// <summary>The redirect for the CNI plugin: written by the injector alone.</summary>
    public const string Redirect = OwnPrefix + "redirect";

    /// <summary>The container that kubectl means when none is named.</summary>
    public const string DefaultContainer = "kubectl.kubernetes.io/default-container";

    /// <summary>A pod that a kubelet runs from a file; the API only shows it.</summary>
    public const string Mirror = "kubernetes.io/config.mirror";
}
