using MeshProxy.Kubernetes.Annotations;

namespace MeshProxy.Kubernetes.Webhook;

/// <summary>
/// Where the annotations of namespaces come from: the API server (<see cref="WatchedNamespaces"/>), or nowhere
/// (<see cref="UnknownNamespaces"/>).
/// </summary>
public interface INamespaceAnnotations
{
    /// <returns>The annotations, empty with the reason where they could not be read.</returns>
    ValueTask<(AnnotationSource Source, string? Failure)> FindAsync(string name, CancellationToken cancelled);
}
