namespace MeshProxy.Kubernetes.Manifests;

/// <summary>
/// What stood where the injector has put something in and nothing was before: <c>volumes:</c>, <c>volumes: null</c>, <c>volumes: []</c>
/// and no volumes at all mean the same, and each has to come back as it was.
/// </summary>
internal static class KeptEmptiness
{
    /// <summary>In block style, between a key's colon and what stood on its line.</summary>
    public const string Comment = " # before meshproxy:";

    /// <summary>In flow style, behind the bracket of a list or mapping that was empty.</summary>
    public const string BlanksForBrackets = " ";

    /// <summary>In flow style, where null was.</summary>
    public const string BlanksForNull = "  ";
}
