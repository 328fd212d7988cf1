using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Webhook;

/// <summary>Namespaces as a watch knows them. One that it does not know yet is asked for, because a pod may come right behind its
/// namespace.</summary>
public sealed class WatchedNamespaces : INamespaceAnnotations
{
    /// <summary>A pod waits for it, and the API server waits for us.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly KubernetesApi _api;

    public WatchedNamespaces(KubernetesApi api)
    {
        _api = api;
        Watch = new ResourceWatch(api, ResourcePath.Namespaces, keep: Kept);
    }

    public ResourceWatch Watch { get; }

    public async ValueTask<(AnnotationSource Source, string? Failure)> FindAsync(string name, CancellationToken cancelled)
    {
        if (Watch.Current.TryGetValue(name, out var known))
            return (SourceOf(name, known), null);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(Patience);
        try
        {
            return (await _api.GetAsync(ResourcePath.Namespaces, name, patience.Token)).Has(out var found, out var failure)
                ? (SourceOf(name, found), null)
                : (AnnotationSource.None, failure.Cause);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return (AnnotationSource.None, "the API server does not answer in time");
        }
    }

    private static AnnotationSource SourceOf(string name, JsonObject space) =>
        AnnotationSource.OfNamespace(name, ApiObject.Annotations(space), ApiObject.Labels(space));

    private static JsonObject Kept(JsonObject space) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = ApiObject.Text(space, "metadata", "name"),
            ["deletionTimestamp"] = ApiObject.Text(space, "metadata", "deletionTimestamp"),
            ["annotations"] = ApiObject.Field(space, "metadata", "annotations")?.DeepClone(),
            ["labels"] = ApiObject.Field(space, "metadata", "labels")?.DeepClone(),
        },
    };
}
