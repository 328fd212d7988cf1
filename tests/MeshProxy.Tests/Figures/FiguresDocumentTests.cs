namespace MeshProxy.Tests.Figures;

/// <summary>The figures that the documents give are those of the run that the repository keeps.</summary>
public sealed class FiguresDocumentTests
{
    private static readonly string[] Proxies = ["meshproxy", "haproxy-tcp", "nginx-stream", "haproxy-http", "nginx-http"];

    private static readonly (string Case, string Work)[] Rows =
    [
        ("tcp-relay", "a small request on a kept-alive connection, relayed as TCP, µs"),
        ("http1-observed", "the same, observed as HTTP/1.1, µs"),
        ("http2-observed", "a request of an HTTP/2 connection, observed, µs"),
        ("http1-routed", "a request that a route sends elsewhere (Kestrel and YARP), µs"),
        ("bulk", "a GB in one stream, s"),
        ("connections", "a new connection with one request, µs"),
        ("idle-memory", "an idle connection, KiB"),
        ("idle-rss", "the idle process, MiB"),
        ("start", "from exec to the first answer, ms"),
    ];

    private readonly RecordedRun _run = new();

    [Fact]
    public void Comparison_in_the_readme_is_the_recorded_run() => DocumentBlock.AssertIs(
        "README.md",
        "comparison",
        [
            "CPU of the proxy's own process per unit of work, side by side in one run behind the same redirect rules",
            $"({_run.Setting}):",
            "",
            "| work | MeshProxy | HAProxy tcp | nginx stream | HAProxy http | nginx http |",
            "|---|---|---|---|---|---|",
            .. Rows.Select(row => Line(row.Work, [.. Proxies.Select(proxy => _run.Of(row.Case, proxy))])),
        ]);

    [Fact]
    public void Bars_in_the_documentation_are_met_or_missed_as_in_the_recorded_run() => DocumentBlock.AssertIs(
        "docs/benchmarks.md",
        "bars",
        [
            $"The recorded run ({_run.Setting}):",
            "",
            "| number | MeshProxy takes | measured | paired | |",
            "|---|---|---|---|---|",
            .. _run.Bars,
        ]);

    /// <summary>The best of a row stands out.</summary>
    private static string Line(string work, double?[] figures)
    {
        var cells = figures.Select(figure => figure is not { } value ? "" : value == figures.Min() ? $"**{Figure.Of(value)}**" : Figure.Of(value));
        return $"| {work} | {string.Join(" | ", cells)} |";
    }
}
