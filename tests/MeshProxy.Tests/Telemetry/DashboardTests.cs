using System.Text.Json;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Telemetry;
using MeshProxy.Tests.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.Telemetry;

/// <summary>The dashboard against what Grafana's model asks for, as far as it can be judged without a Grafana.</summary>
public sealed class DashboardTests
{
    /// <summary>Grafana's grid.</summary>
    private const int Columns = 24;

    private static readonly JsonElement Dashboard =
        JsonDocument.Parse(File.ReadAllText(Repository.PathOf("deploy/grafana/meshproxy.json"))).RootElement;

    private static IEnumerable<JsonElement> Panels => Dashboard.GetProperty("panels").EnumerateArray();

    private static List<string> Expressions { get; } =
    [
        .. Panels.Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!),
    ];

    [Fact]
    public void Panels_have_an_id_of_their_own_and_a_place_on_the_grid()
    {
        var ids = Panels.Select(panel => panel.GetProperty("id").GetInt32()).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Panels, panel =>
        {
            var place = panel.GetProperty("gridPos");
            Assert.InRange(place.GetProperty("x").GetInt32() + place.GetProperty("w").GetInt32(), 1, Columns);
        });
    }

    [Fact]
    public void Panels_do_not_cover_each_other()
    {
        var taken = new HashSet<(int X, int Y)>();
        foreach (var place in Panels.Select(panel => panel.GetProperty("gridPos")))
        {
            foreach (var x in Enumerable.Range(place.GetProperty("x").GetInt32(), place.GetProperty("w").GetInt32()))
            {
                foreach (var y in Enumerable.Range(place.GetProperty("y").GetInt32(), place.GetProperty("h").GetInt32()))
                    Assert.True(taken.Add((x, y)), $"two panels at {x}, {y}");
            }
        }
    }

    [Fact]
    public void Every_panel_asks_the_chosen_source_for_the_chosen_pods()
    {
        foreach (var panel in Panels.Where(panel => panel.GetProperty("type").GetString() != "row"))
        {
            Assert.Equal("${source}", panel.GetProperty("datasource").GetProperty("uid").GetString());
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
                Assert.Contains("""{namespace=~"$namespace", pod=~"$pod""", target.GetProperty("expr").GetString());
        }
        var variables = Dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(v => v.GetProperty("name").GetString());
        Assert.Equal(["source", "namespace", "pod"], variables);
    }

    [Fact]
    public void Abnormal_ends_are_all_but_those_that_the_proxy_itself_calls_normal()
    {
        var normal = Enum.GetValues<CloseReason>().Where(reason => !EndWords.IsAbnormal(reason)).Select(Labels.Of);
        var asked = Assert.Single(Expressions, expression => expression.Contains("reason!~"));
        var inItsOrder = normal.OrderBy(reason => asked.IndexOf(reason, StringComparison.Ordinal));
        Assert.Contains($"reason!~\"{string.Join('|', inItsOrder)}\"", asked);
    }

    /// <summary>Every process has those families, and the webhook and the installer have a build of MeshProxy too.</summary>
    [Fact]
    public void Sidecars_are_told_from_everybody_else_by_what_they_alone_export()
    {
        Assert.DoesNotContain(Expressions, expression => expression.Contains("meshproxy_build_info"));
        Assert.All(
            Expressions.Where(expression => expression.Contains("process_") || expression.Contains("dotnet_")),
            expression => Assert.EndsWith(" and on (namespace, pod, instance) meshproxy_drain_state", expression));
    }

    /// <summary>
    /// But counts of looks that say nothing but that the installer lives, and what only a person at the machine asks for.
    /// </summary>
    [Fact]
    public void Every_family_of_its_own_is_on_the_dashboard()
    {
        string[] left =
        [
            "meshproxy_build_info", "meshproxy_cni_looks_total", "meshproxy_connection_duration_seconds",
            "meshproxy_webhook_namespaces_known",
        ];
        MetricFamily[] families = [.. MetricFamilies.All, .. SidecarFamilies.All, .. WebhookFamilies.All, .. CniFamilies.All];
        var missing = families.Select(family => family.Name).Where(name => name.StartsWith("meshproxy_", StringComparison.Ordinal))
            .Where(name => !Expressions.Any(expression => expression.Contains(name))).Distinct();
        Assert.Equal(left.Order(), missing.Order());
    }

    /// <summary>The expressions as rules, with the variables filled in: promtool parses them as Prometheus would.</summary>
    [PromtoolFact]
    public async Task Every_expression_is_one_to_prometheus()
    {
        var expressions = Expressions
            .Select(expression => expression.Replace("$__rate_interval", "1m").Replace("$namespace", ".*").Replace("$pod", ".*"))
            .ToList();
        var rules = expressions.Select((expression, i) => $"  - record: panel:{i}\n    expr: {JsonSerializer.Serialize(expression)}\n");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("rules.yaml"), "groups:\n- name: panels\n  rules:\n" + string.Concat(rules));

        var (exitCode, said) = await Promtool.RunAsync("", "check", "rules", folder.PathOf("rules.yaml"));

        Assert.True(exitCode == 0, said);
        Assert.Contains($"{expressions.Count} rules found", said);
    }
}
