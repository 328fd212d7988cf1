using System.Text.Json.Nodes;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Figures;

/// <summary>The whole run of the comparison that the repository keeps.</summary>
internal sealed class RecordedRun
{
    private readonly JsonNode _run = JsonNode.Parse(File.ReadAllText(Repository.PathOf("bench/results/compare.json")))!;

    /// <summary>What the proxy took in this case; null where it had no part in it.</summary>
    public double? Of(string name, string proxy) => _run["cases"]!.AsArray().Single(row => Text(row!["case"]) == name)![proxy]?.GetValue<double>();

    public string Setting =>
        $"{_run["machine"]!["cores"]} cores, Linux {Text(_run["machine"]!["kernel"]).Split('-')[0]}; HAProxy {Version("haproxy")}, "
        + $"nginx {Version("nginx")}; medians of {_run["rounds"]} rounds";

    /// <summary>Rows of a table: number, bar, measured, the same paired, met or missed.</summary>
    public IEnumerable<string> Bars => _run["bars"]!.AsArray().Select(bar =>
        $"| `{bar!["case"]}` | {Text(bar["bar"])} | {Figure.Of(bar["measured"]!.GetValue<double>())} | "
        + $"{(bar["paired"] is { } paired ? Figure.Of(paired.GetValue<double>()) : "")} | {(bar["met"]!.GetValue<bool>() ? "met" : "**missed**")} |");

    private string Version(string program) => Text(_run["versions"]![program]).Split('-')[0];

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
