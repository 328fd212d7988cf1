namespace MeshProxy.Kubernetes.Annotations;

/// <summary>Settings on an object that makes pods: it hands none of its own annotations on to them, only those of its template.</summary>
internal static class MisplacedAnnotations
{
    /// <param name="place">Where the template's annotations are, such as <c>spec.template.metadata.annotations</c>.</param>
    public static IEnumerable<string> In(
        IReadOnlyDictionary<string, string> annotations, IReadOnlyDictionary<string, string> labels, string place)
    {
        foreach (var name in annotations.Keys.Order(StringComparer.Ordinal))
        {
            if (AnnotationSpelling.IsKnown(name))
                yield return $"{name} has no effect here; put it under {place}";
            else if (AnnotationSpelling.Complaint(name, annotations) is { } complaint && !LinkerdOnly.Reasons.ContainsKey(name))
                yield return $"{complaint} It belongs under {place}";
        }
        foreach (var label in labels.Keys.Where(AnnotationSpelling.IsMeantAsAnnotation).Order(StringComparer.Ordinal))
            yield return $"{label} is a label and has no effect; write it as an annotation under {place}";
    }
}
