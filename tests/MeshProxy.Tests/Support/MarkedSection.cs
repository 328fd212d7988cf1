namespace MeshProxy.Tests.Support;

/// <summary>
/// What stands between <c>&lt;!-- begin NAME --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c>, each a line of its own, in a page that people
/// write the rest of.
/// </summary>
internal static class MarkedSection
{
    /// <summary>Its lines, without the marks. Throws <see cref="InvalidOperationException"/> where the page has no such section.</summary>
    public static string[] Read(string page, string name)
    {
        var lines = File.ReadAllLines(page);
        return lines[RangeOf(lines, page, name)];
    }

    /// <summary>Puts other lines in the place of its own.</summary>
    public static void Replace(string page, string name, IEnumerable<string> text)
    {
        var lines = File.ReadAllLines(page);
        var range = RangeOf(lines, page, name);
        File.WriteAllLines(page, [.. lines[..range.Start], .. text, .. lines[range.End..]]);
    }

    private static Range RangeOf(string[] lines, string page, string name)
    {
        var (begin, end) = (Array.IndexOf(lines, $"<!-- begin {name} -->") + 1, Array.IndexOf(lines, $"<!-- end {name} -->"));
        return begin > 0 && end >= begin ? begin..end : throw new InvalidOperationException($"{page} has no section '{name}'");
    }
}
