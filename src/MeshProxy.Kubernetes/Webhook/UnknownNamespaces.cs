using MeshProxy.Kubernetes.Annotations;

namespace MeshProxy.Kubernetes.Webhook;

/// <summary>There is no API server to ask: pods speak for themselves.</summary>
public sealed class UnknownNamespaces(string reason) : INamespaceAnnotations
{
    public ValueTask<(AnnotationSource Source, string? Failure)> FindAsync(string name, CancellationToken cancelled) =>
        ValueTask.FromResult<(AnnotationSource, string?)>((AnnotationSource.None, reason));
}
