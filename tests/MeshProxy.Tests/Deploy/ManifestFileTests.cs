using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Deploy;

public sealed class ManifestFileTests
{
    private const string Header = "# Rendered from deploy/helm/meshproxy by 'make manifests'. Change the chart, not this.\n";

    /// <summary>With WRITE_DOCS=1 in the environment it writes the files instead of comparing.</summary>
    [Theory]
    [InlineData("meshproxy.yaml", "", "namespace.create=true")]
    [InlineData("meshproxy-cni.yaml", "", "namespace.create=true", "cni.enabled=true")]
    [InlineData("meshproxy-cni-remove.yaml", "DaemonSet", "cni.enabled=true", "cni.remove=true")]
    public void Manifests_are_the_chart_rendered(string file, string kind, params string[] changes)
    {
        var path = Repository.PathOf($"deploy/manifests/{file}");
        var documents = HelmChart.Render(changes)
            .Where(text => kind.Length == 0 || text.Contains($"\nkind: {kind}\n", StringComparison.Ordinal));
        var rendered = Header + string.Join("\n---\n", documents) + "\n";
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
            File.WriteAllText(path, rendered);
        Assert.Equal(rendered, File.ReadAllText(path));
    }
}
