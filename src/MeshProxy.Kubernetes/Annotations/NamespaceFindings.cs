using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Annotations;

/// <summary>What is wrong with the annotations and labels of a namespace, whether or not it has pods yet.</summary>
internal sealed record NamespaceFindings(ImmutableArray<string> Errors, ImmutableArray<string> Warnings)
{
    /// <param name="isForWebhook">Only a label makes the API server ask it.</param>
    public static NamespaceFindings Of(
        IReadOnlyDictionary<string, string> annotations, IReadOnlyDictionary<string, string> labels, bool isForWebhook)
    {
        var settings = new AnnotationReader(new AnnotationSource("", annotations, WithoutWish(labels)));
        var (annotation, label) = (Wish(annotations), Wish(labels));
        var errors = settings.Errors.ToBuilder();
        errors.AddRange(new[] { annotation.Error, label.Error is { } wrong ? $"label {wrong}" : null }.OfType<string>());
        var warnings = settings.Warnings;
        if (isForWebhook && annotation.IsWanted == true && label.IsWanted is null && label.Error is null)
        {
            warnings = warnings.Add($"{AnnotationNames.Inject} as an annotation is for 'meshproxy inject' alone; the API server asks "
                + $"the webhook by the label {AnnotationNames.Inject}={AnnotationTable.Enabled}");
        }
        return new NamespaceFindings(errors.ToImmutable(), warnings);
    }

    private static InjectAnnotation Wish(IReadOnlyDictionary<string, string> texts) =>
        InjectAnnotation.Read(AnnotationSource.None, new AnnotationSource("", texts, AnnotationSource.None.Labels));

    private static Dictionary<string, string> WithoutWish(IReadOnlyDictionary<string, string> labels) =>
        labels.Where(label => label.Key != AnnotationNames.Inject).ToDictionary(StringComparer.Ordinal);
}
