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

    private static readonly MetricFamily[] FamiliesOfAll = [.. Families, .. WebhookFamilies.All, .. CniFamilies.All];

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

    /// <summary>
    /// Prometheus sees no increase in a series that begins with its first event, and an alert on it would come with the second.
    /// </summary>
    [Fact]
    public async Task Whatever_an_alert_takes_the_increase_of_is_there_from_the_first_scrape()
    {
        await using var admin = await AdminFixture.StartAsync();
        var metrics = await admin.Http.GetStringAsync("/metrics");
        var rules = File.ReadAllText(Repository.PathOf("deploy/prometheus/rules.yaml"));
        var asked = Increase().Matches(rules)
            .Where(increase => Array.Exists(Families, family => family.Name == increase.Groups[1].Value)).ToList();
        Assert.True(asked.Count >= 6, $"{asked.Count} increases");
        Assert.All(asked, increase => Assert.True(
            SampleLine().Matches(metrics).Any(sample =>
                sample.Groups[1].Value == increase.Groups[1].Value && sample.Groups[2].Value.Contains(increase.Groups[2].Value)),
            $"{increase.Value} has no series before its first event"));
    }

    /// <summary>A histogram's samples have names of their own.</summary>
    private static MetricFamily? FamilyOf(string name) => Array.Find(FamiliesOfAll, family =>
        family.Name == name || family.Kind == MetricKind.Histogram && name.StartsWith(family.Name, StringComparison.Ordinal)
            && name[family.Name.Length..] is "_bucket" or "_sum" or "_count");

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^([a-z_]+)(?:\{(.*)\})? \S+$", RegexOptions.Multiline)]
    private static partial Regex SampleLine();

    [GeneratedRegex("([a-z_]+)=\"")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"increase\((\w+)(?:\{(.*?)\})?\[")]
    private static partial Regex Increase();

    [GeneratedRegex(@"\b(?:meshproxy|process|dotnet)_[a-z_]+\b")]
    private static partial Regex MetricName();
}
