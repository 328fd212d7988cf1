using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Figures;

/// <summary>
/// A section of a page that a test makes: compared, or written with WRITE_DOCS=1 in the environment.
/// </summary>
internal static class DocumentBlock
{
    public static void AssertIs(string page, string name, string[] lines)
    {
        var path = Repository.PathOf(page);
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
            MarkedSection.Replace(path, name, lines);
        Assert.Equal(lines, MarkedSection.Read(path, name));
    }
}
