namespace MeshProxy.Kubernetes.Api;

/// <summary>A collection of objects of one kind in the API, of the cluster or of one namespace.</summary>
/// <param name="Group">Empty is the core group.</param>
/// <param name="Plural">As it stands in paths: <c>pods</c>.</param>
/// <param name="Namespace">Null is every namespace, or a kind that has none.</param>
public sealed record ResourcePath(string Group, string Version, string Plural, string? Namespace = null)
{
    public static readonly ResourcePath Namespaces = new("", "v1", "namespaces");
    public static readonly ResourcePath Nodes = new("", "v1", "nodes");
    public static readonly ResourcePath Pods = new("", "v1", "pods");
    public static readonly ResourcePath ConfigMaps = new("", "v1", "configmaps");
    public static readonly ResourcePath Secrets = new("", "v1", "secrets");
    public static readonly ResourcePath Leases = new("coordination.k8s.io", "v1", "leases");
    public static readonly ResourcePath DaemonSets = new("apps", "v1", "daemonsets");
    public static readonly ResourcePath EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices");
    public static readonly ResourcePath EgressNetworks = new("policy.meshproxy.io", "v1alpha1", "egressnetworks");
    public static readonly ResourcePath MutatingWebhooks = new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations");

    /// <summary>Lists and watches have only the objects of this name; a role that is bound to the name suffices for them.</summary>
    public string? OnlyNamed { get; init; }

    public ResourcePath In(string space) => this with { Namespace = space };

    /// <summary>The path of one object.</summary>
    public string Of(string name) => $"{this}/{Uri.EscapeDataString(name)}";

    public override string ToString()
    {
        var group = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        return Namespace is null ? $"{group}/{Plural}" : $"{group}/namespaces/{Uri.EscapeDataString(Namespace)}/{Plural}";
    }
}
