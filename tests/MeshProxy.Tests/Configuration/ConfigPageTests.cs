using MeshProxy.Configuration.Keys;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Configuration;

public sealed class ConfigPageTests
{
    /// <summary>With WRITE_DOCS=1 in the environment it writes the page instead of comparing.</summary>
    [Fact]
    public void Page_is_made_of_the_table()
    {
        var (path, text) = (Repository.PathOf("docs/configuration.md"), ConfigPage.Text(SidecarKeys.Table));
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
            File.WriteAllText(path, text);
        Assert.Equal(text, File.ReadAllText(path));
    }
}
