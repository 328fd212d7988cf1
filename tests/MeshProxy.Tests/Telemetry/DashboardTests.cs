using System.Text.Json;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Telemetry;

/// <summary>The dashboard against what Grafana's model asks for, as far as it can be judged without a Grafana.</summary>
public sealed class DashboardTests
{
    /// <summary>Grafana's grid.</summary>
    private const int Columns = 24;

    private static readonly JsonElement Dashboard =
        JsonDocument.Parse(File.ReadAllText(Repository.PathOf("deploy/grafana/meshproxy.json"))).RootElement;

    private static IEnumerable<JsonElement> Panels => Dashboard.GetProperty("panels").EnumerateArray();

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

    /// <summary>The expressions as rules, with the variables filled in: promtool parses them as Prometheus would.</summary>
    [PromtoolFact]
    public async Task Every_expression_is_one_to_prometheus()
    {
        var expressions = Panels.Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!
                .Replace("$__rate_interval", "1m").Replace("$namespace", ".*").Replace("$pod", ".*"))
            .ToList();
        var rules = expressions.Select((expression, i) => $"  - record: panel:{i}\n    expr: {JsonSerializer.Serialize(expression)}\n");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("rules.yaml"), "groups:\n- name: panels\n  rules:\n" + string.Concat(rules));

        var (exitCode, said) = await Promtool.RunAsync("", "check", "rules", folder.PathOf("rules.yaml"));

        Assert.True(exitCode == 0, said);
        Assert.Contains($"{expressions.Count} rules found", said);
    }
}
