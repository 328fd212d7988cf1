using System.Text.RegularExpressions;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Telemetry;
using MeshProxy.Tests.Admin;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Telemetry;

/// <summary>
/// What is promised about metrics, in the code, in the documentation, on the dashboard and in the alerts, is what a scrape has.
/// </summary>
public sealed partial class MetricsDocumentTests
{
    private static readonly MetricFamily[] Families = [.. MetricFamilies.All, .. SidecarFamilies.All];

    /// <summary>With WRITE_DOCS=1 in the environment it writes the page instead of comparing.</summary>
    [Fact]
    public void Documentation_is_what_the_code_says()
    {
        var path = Repository.PathOf("docs/metrics.md");
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
            File.WriteAllText(path, MetricsPageDocument.Text());
        Assert.Equal(MetricsPageDocument.Text(), File.ReadAllText(path));
    }

    [Fact]
    public async Task Scrape_has_every_family_and_no_other()
    {
        await using var admin = await AdminFixture.StartAsync();
        var metrics = await admin.Http.GetStringAsync("/metrics");
        var scraped = TypeLine().Matches(metrics).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}").Order();
        Assert.Equal(Families.Select(family => $"{family.Name} {family.Kind.ToString().ToLowerInvariant()}").Order(), scraped);
    }

    [Fact]
    public async Task Samples_have_the_labels_of_their_family()
    {
        await using var admin = await AdminFixture.StartAsync();
        var metrics = await admin.Http.GetStringAsync("/metrics");
        foreach (Match sample in SampleLine().Matches(metrics))
        {
            var family = FamilyOf(sample.Groups[1].Value);
            Assert.NotNull(family);
            var labels = LabelName().Matches(sample.Groups[2].Value).Select(label => label.Groups[1].Value).Where(label => label != "le");
            Assert.Equal(family.Labels, labels);
        }
    }

    [Theory]
    [InlineData("deploy/grafana/meshproxy.json")]
    [InlineData("deploy/prometheus/rules.yaml")]
    [InlineData("docs/from-linkerd.md")]
    public void Metrics_that_are_asked_for_exist(string file)
    {
        var names = MetricName().Matches(File.ReadAllText(Repository.PathOf(file))).Select(match => match.Value).Distinct().ToList();
        Assert.True(names.Count > 5, $"{file} asks for {names.Count} metrics");
        Assert.All(names, name => Assert.True(FamilyOf(name) is not null, $"{file} asks for {name}, which no scrape has"));
    }

    /// <summary>A histogram's samples have names of their own.</summary>
    private static MetricFamily? FamilyOf(string name) => Array.Find(Families, family =>
        family.Name == name || family.Kind == MetricKind.Histogram && name.StartsWith(family.Name, StringComparison.Ordinal)
            && name[family.Name.Length..] is "_bucket" or "_sum" or "_count");

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^([a-z_]+)(?:\{(.*)\})? \S+$", RegexOptions.Multiline)]
    private static partial Regex SampleLine();

    [GeneratedRegex("([a-z_]+)=\"")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"\b(?:meshproxy|process|dotnet)_[a-z_]+\b")]
    private static partial Regex MetricName();
}
