using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Cni.Repair;

/// <summary>
/// A pod that should be redirected and whose validator found that it is not: it started when the plugin was not in the list.
/// </summary>
/// <param name="Redirect">What its annotation asks for.</param>
/// <param name="Restarts">Of the validator; each failure is tried once.</param>
internal sealed record UnredirectedPod(string Namespace, string Name, string Uid, string Redirect, long Restarts)
{
    /// <summary>Ends with this code when it was not redirected, and only then.</summary>
    private const long NotRedirected = 95;

    /// <summary>The init container that stands where another pod has meshproxy init.</summary>
    private const string Validator = "meshproxy-validator";

    /// <returns>Null for a pod that needs no repair, is going away, or has no network namespace of its own.</returns>
    public static UnredirectedPod? Of(JsonObject pod)
    {
        if (ApiObject.Text(pod, "metadata", "deletionTimestamp") is not null
            || ApiObject.IsTrue(pod, "spec", "hostNetwork")
            || !ApiObject.Annotations(pod).TryGetValue(CniPlugin.RedirectAnnotation, out var redirect))
            return null;
        var validator = ApiObject.Items(pod, "status", "initContainerStatuses").FirstOrDefault(s => ApiObject.Text(s, "name") == Validator);
        return validator is not null && HasFailed(validator)
            ? new UnredirectedPod(
                ApiObject.Text(pod, "metadata", "namespace") ?? "",
                ApiObject.Text(pod, "metadata", "name") ?? "",
                ApiObject.Text(pod, "metadata", "uid") ?? "",
                redirect,
                ApiObject.Number(validator, "restartCount") ?? 0)
            : null;
    }

    public override string ToString() => $"{Namespace}/{Name}";

    /// <summary>Its last end counts, unless it has ended well since.</summary>
    private static bool HasFailed(JsonObject status) =>
        (ApiObject.Number(status, "state", "terminated", "exitCode")
            ?? ApiObject.Number(status, "lastState", "terminated", "exitCode")) == NotRedirected;
}
