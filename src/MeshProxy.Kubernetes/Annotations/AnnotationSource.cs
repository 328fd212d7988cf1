namespace MeshProxy.Kubernetes.Annotations;

/// <summary>Annotations of one object, and the labels beside them.</summary>
/// <param name="Where">For messages: empty for the pod itself, else such as <c>namespace shop</c>.</param>
public sealed record AnnotationSource(
    string Where, IReadOnlyDictionary<string, string> Annotations, IReadOnlyDictionary<string, string> Labels)
{
    public static readonly AnnotationSource None = new("", new Dictionary<string, string>(), new Dictionary<string, string>());

    /// <summary>
    /// Of a namespace that the webhook is asked about and cannot read. It is asked about those alone that have the label, so that much is
    /// known: better a sidecar with the defaults than none.
    /// </summary>
    public static AnnotationSource OfUnreadable(string name) =>
        OfNamespace(name, [], new Dictionary<string, string> { [AnnotationNames.Inject] = AnnotationTable.Enabled });

    /// <summary>
    /// Of a namespace. The API server selects the pods that it asks a webhook about by a label of their namespace, so here, and only here,
    /// <see cref="AnnotationNames.Inject"/> counts as a label too; the annotation wins.
    /// </summary>
    public static AnnotationSource OfNamespace(string name, Dictionary<string, string> annotations, Dictionary<string, string> labels)
    {
        if (labels.Remove(AnnotationNames.Inject, out var wish))
            annotations.TryAdd(AnnotationNames.Inject, wish);
        return new AnnotationSource($"namespace {name}", annotations, labels);
    }
}
