using MeshProxy.Values;

namespace MeshProxy.Kubernetes.Annotations;

/// <summary>Finds names that were meant for us, or that another mesh's users bring along, and have no effect.</summary>
internal static class AnnotationSpelling
{
    private const string Domain = "config.meshproxy.io";
    private const string OwnDomain = "meshproxy.io";
    private const string LinkerdDomain = "config.linkerd.io";

    /// <summary>Written by the injector itself, or read elsewhere.</summary>
    private static readonly string[] Own = [AnnotationNames.Inject, AnnotationNames.Status, AnnotationNames.Redirect];

    private static readonly string[] Names = [.. AnnotationTable.All.Select(key => key.Name)];

    /// <summary>A setting, or a name that the injector reads or writes; another mesh's spelling too.</summary>
    public static bool IsKnown(string name) => Own.Contains(name) || name == InjectAnnotation.LinkerdName
        || AnnotationTable.ByAlias.ContainsKey(name)
        || name.StartsWith(AnnotationNames.Prefix, StringComparison.Ordinal)
            && AnnotationTable.ByName.ContainsKey(name[AnnotationNames.Prefix.Length..]);

    /// <summary>What to say about an annotation that is no setting; null where it is none of ours.</summary>
    /// <param name="beside">All annotations of the object.</param>
    public static string? Complaint(string name, IReadOnlyDictionary<string, string> beside)
    {
        if (name == InjectAnnotation.LinkerdName)
        {
            return beside.ContainsKey(AnnotationNames.Inject) ? $"{name} has no effect beside {AnnotationNames.Inject}"
                : $"{name} is {AnnotationNames.Inject} here";
        }
        if (Own.Contains(name))
            return null;
        if (LinkerdOnly.Reasons.TryGetValue(name, out var reason))
            return $"{name} has no effect: {reason}";
        var slash = name.IndexOf('/');
        if (slash < 0)
            return Array.IndexOf(Names, name) >= 0 ? Unknown(name, AnnotationNames.Prefix + name) : null;
        var (domain, key) = (name[..slash], name[(slash + 1)..]);
        return domain switch
        {
            Domain or OwnDomain => Unknown(name, NearestOf(key)),
            LinkerdDomain => Unknown(name, NearestOf(key)),
            _ when IsNearlyOurs(domain) => Unknown(name, NearestOf(key) ?? AnnotationNames.Prefix + key),
            _ => null,
        };
    }

    public static bool IsMeantAsAnnotation(string label)
    {
        if (label is AnnotationNames.Inject or InjectAnnotation.LinkerdName || AnnotationTable.ByAlias.ContainsKey(label))
            return true;
        return label.StartsWith(AnnotationNames.Prefix, StringComparison.Ordinal);
    }

    private static string Unknown(string name, string? nearest)
    {
        var shown = AnnotationSyntax.Quoted(name)[1..^1];
        return nearest is null ? $"{shown} is unknown and has no effect" : $"{shown} is unknown and has no effect; did you mean {nearest}?";
    }

    private static string? NearestOf(string key)
    {
        if (NearestName.Find(key, Names) is { } setting)
            return AnnotationNames.Prefix + setting;
        return NearestName.Find(key, ["inject"]) is null ? null : AnnotationNames.Inject;
    }

    /// <summary>Also <c>config.meshproxy.com</c> and <c>meshproxy.dev</c>; other domains are other people's.</summary>
    private static bool IsNearlyOurs(string domain) =>
        NearestName.Find(domain, [Domain, OwnDomain]) is not null || domain.Contains("meshproxy", StringComparison.OrdinalIgnoreCase)
        && !domain.EndsWith("." + OwnDomain, StringComparison.Ordinal);
}
