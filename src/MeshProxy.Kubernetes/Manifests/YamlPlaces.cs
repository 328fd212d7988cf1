namespace MeshProxy.Kubernetes.Manifests;

internal static class YamlPlaces
{
    /// <summary>Where the dash of a list's member stands, in block style.</summary>
    public static int Dash(string text, YamlPiece item)
    {
        var at = item.Start - 1;
        while (at >= 0 && char.IsWhiteSpace(text[at]))
            at--;
        return at >= 0 && text[at] == '-' ? at : throw new UneditableException("a list's member does not stand behind its dash");
    }
}
