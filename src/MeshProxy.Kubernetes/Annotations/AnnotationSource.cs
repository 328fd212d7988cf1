namespace MeshProxy.Kubernetes.Annotations;

/// <summary>Annotations of one object, and the labels beside them.</summary>
/// <param name="Where">For messages: empty for the pod itself, else such as <c>namespace shop</c>.</param>
public sealed record AnnotationSource(
    string Where, IReadOnlyDictionary<string, string> Annotations, IReadOnlyDictionary<string, string> Labels)
{
    public static readonly AnnotationSource None = new("", new Dictionary<string, string>(), new Dictionary<string, string>());
}
