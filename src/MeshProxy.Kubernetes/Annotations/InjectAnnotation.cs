using MeshProxy.Values;

namespace MeshProxy.Kubernetes.Annotations;

/// <summary>Whether somebody wants a sidecar in a pod.</summary>
/// <param name="IsWanted">Null where nobody says anything.</param>
/// <param name="IsOfPod">The pod itself says it, and not only its namespace.</param>
/// <param name="Error">A value that is neither yes nor no.</param>
internal sealed record InjectAnnotation(bool? IsWanted, bool IsOfPod, string? Error)
{
    public const string LinkerdName = "linkerd.io/inject";

    private static readonly string[] Words = [AnnotationTable.Enabled, AnnotationTable.Disabled];

    /// <summary>The pod's word counts more than the namespace's, ours more than another mesh's.</summary>
    public static InjectAnnotation Read(AnnotationSource space, AnnotationSource pod)
    {
        foreach (var (source, isPod) in new[] { (pod, true), (space, false) })
        {
            foreach (var name in new[] { AnnotationNames.Inject, LinkerdName })
            {
                if (source.Annotations.TryGetValue(name, out var text))
                    return Of(name, text.Trim(), source.Where, isPod);
            }
        }
        return new InjectAnnotation(null, false, null);
    }

    private static InjectAnnotation Of(string name, string text, string where, bool isPod)
    {
        if (text == AnnotationTable.Enabled || text == "ingress" && name == LinkerdName)
            return new InjectAnnotation(true, isPod, null);
        if (text == AnnotationTable.Disabled)
            return new InjectAnnotation(false, isPod, null);
        var nearest = NearestName.Find(text, Words) ?? text switch
        {
            "true" or "yes" or "on" => AnnotationTable.Enabled,
            "false" or "no" or "off" => AnnotationTable.Disabled,
            _ => null,
        };
        var place = where.Length == 0 ? "" : where + ": ";
        var cure = nearest is null ? "" : $"; did you mean {nearest}?";
        return new InjectAnnotation(null, isPod, $"{place}{name}: {AnnotationSyntax.Quoted(text)} is not one of enabled, disabled{cure}");
    }
}
