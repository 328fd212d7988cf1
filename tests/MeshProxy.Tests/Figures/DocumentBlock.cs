using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Figures;

/// <summary>
/// What stands between <c>&lt;!-- begin NAME --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c> in a page, made by a test; with WRITE_DOCS=1 in
/// the environment it is written instead of compared.
/// </summary>
internal static class DocumentBlock
{
    public static void AssertIs(string page, string name, IEnumerable<string> lines)
    {
        var path = Repository.PathOf(page);
        var text = File.ReadAllText(path);
        var (begin, end) = ($"<!-- begin {name} -->\n", $"<!-- end {name} -->");
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var length = text.IndexOf(end, StringComparison.Ordinal) - start;
        Assert.True(start >= begin.Length && length >= 0, $"{page} has no block '{name}'");
        var made = string.Concat(lines.Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
            File.WriteAllText(path, text[..start] + made + text[(start + length)..]);
        else
            Assert.Equal(made, text.Substring(start, length));
    }
}
