namespace MeshProxy.Kubernetes.Annotations;

/// <summary>A valid value in force.</summary>
/// <param name="Name">The annotation it was written in.</param>
internal sealed record AnnotationValue(AnnotationKey Key, string Text, string Name, string Where);
