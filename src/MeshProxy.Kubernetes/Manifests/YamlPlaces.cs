namespace MeshProxy.Kubernetes.Manifests;

internal static class YamlPlaces
{
    /// <summary>Where the dash of a list's member stands, in block style.</summary>
    public static int Dash(string text, YamlPiece item)
    {
        var before = text.AsSpan(0, item.Start).TrimEnd();
        // Comments may stand between the two, the first of them on the dash's line.
        while (!before.EndsWith("-") && before.Length > 0)
        {
            var line = before[(before.LastIndexOf('\n') + 1)..];
            var content = line.TrimStart();
            if (content.StartsWith("-") && content[1..].TrimStart() is ['#', ..])
                return before.Length - content.Length;
            if (!content.StartsWith("#"))
                break;
            before = before[..^line.Length].TrimEnd();
        }
        return before.EndsWith("-") ? before.Length - 1 : throw new UneditableException("a list's member does not stand behind its dash");
    }

    /// <summary>Behind a key; on another line behind an explicit one.</summary>
    public static int Colon(ManifestText text, YamlEntry entry)
    {
        var at = entry.Key.End;
        while (at < text.Text.Length && text.Text[at] is ' ' or '\t')
            at++;
        return at < text.Text.Length && text.Text[at] == ':' && !IsExplicit(text, entry) ? at
            : throw new UneditableException($"{entry.Key.Text} does not stand before its colon");
    }

    /// <summary>Written as <c>? key</c>, with its value on a line of its own.</summary>
    public static bool IsExplicit(ManifestText text, YamlEntry entry) =>
        text.Text.AsSpan(text.LineStart(entry.Start), text.ColumnOf(entry.Start)).TrimEnd().EndsWith("?");
}
