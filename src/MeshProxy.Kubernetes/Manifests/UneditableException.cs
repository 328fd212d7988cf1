namespace MeshProxy.Kubernetes.Manifests;

/// <summary>A document is written in a way that leaves no place for a change: the message names it.</summary>
internal sealed class UneditableException(string message) : Exception(message);
