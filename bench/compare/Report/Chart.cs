using System.Globalization;
using System.Security;
using System.Text;

namespace MeshProxy.Compare.Report;

/// <summary>
/// The medians as a chart of small panels, one per metric, each with a scale of its own: SVG written by hand, no script and no font of its
/// own, its colours following the reader's light or dark preference.
/// </summary>
internal sealed class Chart(ComparisonReport report)
{
    private const string Heading = "MeshProxy beside HAProxy and nginx";
    private const int Columns = 2;
    private const int Margin = 28;
    private const int HeaderHeight = 100;
    private const int Gap = 32;

    /// <summary>Plain rules rather than custom properties, which most renderers outside browsers do not know.</summary>
    private const string Style = """
          <style>
            text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
            .heading { font-size: 19px; font-weight: 600; }
            .title { font-size: 13px; font-weight: 600; }
            .strong { font-weight: 600; }
            .muted { font-size: 11px; fill: #59636e; }
            .limit-text { font-size: 11px; fill: #bc4c00; }
            .limit { stroke: #bc4c00; stroke-width: 1.5; stroke-dasharray: 3 2; }
            .page { fill: #ffffff; }
            .own { fill: #0d7d74; }
            .peer { fill: #a9b2bc; }
            .direct { fill: #d8dee4; }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3; }
              .muted { fill: #9198a1; }
              .limit-text { fill: #f0883e; }
              .limit { stroke: #f0883e; }
              .page { fill: #0d1117; }
              .own { fill: #2cc4b4; }
              .peer { fill: #5b6570; }
              .direct { fill: #343c45; }
            }
          </style>
        """;

    private readonly StringBuilder _svg = new();

    public static void Write(string path, ComparisonReport report) => File.WriteAllText(path, new Chart(report).Draw());

    private string Draw()
    {
        var rows = report.Metrics.Chunk(Columns).ToArray();
        var width = Margin * 2 + Columns * ChartPanel.Width + (Columns - 1) * Gap;
        var height = HeaderHeight + rows.Sum(row => row.Max(ChartPanel.HeightOf) + Gap);
        _svg.AppendLine(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"
                 role="img" aria-label="{Heading}">
            """);
        _svg.AppendLine(Style);
        _svg.AppendLine("""  <rect class="page" width="100%" height="100%" rx="8"/>""");
        DrawHeader();
        var top = HeaderHeight;
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length; column++)
                DrawPanel(row[column], Margin + column * (ChartPanel.Width + Gap), top);
            top += row.Max(ChartPanel.HeightOf) + Gap;
        }
        return _svg.AppendLine("</svg>").ToString();
    }

    private void DrawHeader()
    {
        var facts = report.Facts;
        var peers = facts.Versions.Where(part => part.Name is "haproxy" or "nginx").Select(part => $"{part.Name} {part.Version}");
        var rounds = facts.Rounds == 1 ? "One round" : $"Medians of {facts.Rounds} rounds";
        var origin = string.Join(" · ",
        [
            $"Less is better. {rounds}, all in one run", facts.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), facts.Commit,
            $"{facts.Cpu}, {facts.Cores} cores", .. peers,
        ]);
        _svg.AppendLine(CultureInfo.InvariantCulture, $"""  <text class="heading" x="{Margin}" y="38">{Heading}</text>""");
        _svg.AppendLine(CultureInfo.InvariantCulture,
            $"""  <text class="muted" x="{Margin}" y="58">{SecurityElement.Escape(origin)}</text>""");
    }

    private void DrawPanel(MetricResult result, int left, int top)
    {
        _svg.AppendLine(CultureInfo.InvariantCulture, $"""  <g transform="translate({left} {top})">""");
        new ChartPanel(result, [.. report.Bars.Select(bar => bar.Bar).Where(bar => bar.Metric == result.Metric.Name)]).Draw(_svg);
        _svg.AppendLine("  </g>");
    }
}
