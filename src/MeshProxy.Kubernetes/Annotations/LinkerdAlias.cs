namespace MeshProxy.Kubernetes.Annotations;

/// <summary>A name that Linkerd's users know.</summary>
/// <param name="Name">In full.</param>
/// <param name="Translate">Its values in our terms; null takes them as they are.</param>
internal sealed record LinkerdAlias(string Name, Func<string, string>? Translate = null)
{
    private const string Prefix = "config.linkerd.io/";

    public static LinkerdAlias Config(string key, Func<string, string>? translate = null) => new(Prefix + key, translate);

    /// <summary>A level per target, as in <c>warn,linkerd=info,hickory=error</c>: the proxy's own, else the general one.</summary>
    public static string LevelOf(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.FirstOrDefault(part => part.StartsWith("linkerd=", StringComparison.Ordinal))?["linkerd=".Length..]
            ?? parts.FirstOrDefault(part => !part.Contains('=')) ?? text;
    }
}
