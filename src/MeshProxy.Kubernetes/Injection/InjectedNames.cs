using MeshProxy.Kubernetes.Annotations;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>By these names the injector knows its own parts again.</summary>
internal static class InjectedNames
{
    public const string Init = "meshproxy-init";
    public const string Validator = "meshproxy-validator";
    public const string Proxy = "meshproxy-proxy";

    /// <summary>A ConfigMap of the pod's namespace, and the volume it is mounted from.</summary>
    public const string Egress = "meshproxy-egress";

    public const string AdminPort = "meshproxy-admin";

    public static readonly string[] Annotations = [AnnotationNames.Status, AnnotationNames.Redirect];

    public static bool IsContainer(string? name) => name is Init or Validator or Proxy;

    public static bool IsVolume(string? name) => name is Egress;
}
