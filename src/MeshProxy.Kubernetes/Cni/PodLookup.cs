using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>
/// Asks the API server for a pod's annotation. An answer that does not come fails the pod, for it may be ours: the price of a runtime that
/// hands over no annotations.
/// </summary>
internal static class PodLookup
{
    /// <summary>For everything together: the kubelet tries again, and meanwhile holds up no other pod.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <returns>Null for a pod that is not ours.</returns>
    /// <exception cref="CniException">There is no answer.</exception>
    public static string? RedirectOf(CniPod pod, ApiFallback api)
    {
        if (pod.Name.Length == 0 || api.ExceptNamespaces.Contains(pod.Namespace))
            return null;
        var server = new ApiServer(api.Server, AuthoritiesOf(api), () => File.ReadAllText(api.TokenFile).Trim());
        using var client = new KubernetesApi(server, ApiTimeouts.Default with { Connect = Limit, Request = Limit });
        var answer = client.GetAsync(ResourcePath.Pods.In(pod.Namespace), pod.Name, CancellationToken.None).GetAwaiter().GetResult();
        if (answer.Has(out var found, out var failure))
            return RedirectOf(found, pod);
        // A static pod starts before the API server knows of it, and no injector ever saw it.
        return failure.Kind switch
        {
            ApiFailureKind.NotFound => null,
            ApiFailureKind.Unauthorized or ApiFailureKind.Forbidden => throw new CniException(CniErrorCode.AccessRefused, failure.Cause),
            _ => throw new CniException(CniErrorCode.NoAnswer, failure.Cause),
        };
    }

    /// <summary>
    /// A name may be another pod's by now, or still; the kubelet tries again until it is this one's. A static pod's mirror has another uid
    /// by nature, and what an injector did to the mirror was not done to the pod.
    /// </summary>
    private static string? RedirectOf(JsonObject found, CniPod pod)
    {
        var annotations = ApiObject.Annotations(found);
        if (annotations.ContainsKey("kubernetes.io/config.mirror"))
            return null;
        var uid = ApiObject.Text(found, "metadata", "uid");
        if (pod.Uid.Length > 0 && uid is not null && uid != pod.Uid)
            throw new CniException(CniErrorCode.NoAnswer, $"the API server knows {pod} with uid {uid}, and this one has {pod.Uid}");
        return annotations.GetValueOrDefault(CniPlugin.RedirectAnnotation);
    }

    private static Func<X509Certificate2Collection>? AuthoritiesOf(ApiFallback api) => api.AuthoritiesFile is not { } file ? null : () =>
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities;
    };
}
