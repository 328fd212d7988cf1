using System.Collections.Immutable;
using System.Globalization;
using System.Security;
using System.Text;
using MeshProxy.Compare.Cases;

namespace MeshProxy.Compare.Report;

/// <summary>
/// One metric: a bar per proxy, and a dashed line at what MeshProxy may take at most: the lowest where there are several.
/// </summary>
internal sealed class ChartPanel(MetricResult result, ImmutableArray<Bar> bars)
{
    public const int Width = 440;

    private const int TitleHeight = 40;
    private const int RowHeight = 23;
    private const int BarHeight = 14;
    private const int LabelWidth = 104;
    private const int ValueWidth = 60;
    private const int BarWidth = Width - LabelWidth - ValueWidth;

    public static int HeightOf(MetricResult result) => TitleHeight + result.Proxies.Length * RowHeight;

    public void Draw(StringBuilder svg)
    {
        var limit = LimitInUnits();
        var scale = BarWidth / Math.Max(limit ?? 0, result.Proxies.Select(samples => samples.Median).DefaultIfEmpty(1).Max());
        Append(svg, $"""<text class="title" y="0">{SecurityElement.Escape(result.Metric.Title)}</text>""");
        Append(svg, $"""<text class="muted" x="{Width}" y="0" text-anchor="end">{SecurityElement.Escape(result.Metric.Unit)}</text>""");
        if (limit is { } most)
            DrawLimit(svg, LabelWidth + most * scale);
        for (var row = 0; row < result.Proxies.Length; row++)
            DrawRow(svg, result.Proxies[row], TitleHeight - BarHeight + row * RowHeight, scale);
    }

    private void DrawRow(StringBuilder svg, ProxySamples samples, int top, double scale)
    {
        var kind = samples.Proxy switch { Bar.Subject => "own", "direct" => "direct", _ => "peer" };
        var weight = kind == "own" ? "strong" : "";
        var length = Math.Max(1, samples.Median * scale);
        var baseline = top + BarHeight - 3;
        Append(svg, $"""<text class="{weight}" x="{LabelWidth - 8}" y="{baseline}" text-anchor="end">{samples.Proxy}</text>""");
        Append(svg, $"""<rect class="{kind}" x="{LabelWidth}" y="{top}" width="{length:F1}" height="{BarHeight}" rx="2"/>""");
        Append(svg, $"""<text class="{weight}" x="{Width}" y="{baseline}" text-anchor="end">{Number.Format(samples.Median)}</text>""");
    }

    private void DrawLimit(StringBuilder svg, double x)
    {
        const int Top = TitleHeight - BarHeight - 4;
        Append(svg, $"""<text class="limit-text" x="{x:F1}" y="{Top - 4}" text-anchor="middle">limit</text>""");
        Append(svg, $"""<line class="limit" x1="{x:F1}" x2="{x:F1}" y1="{Top}" y2="{Top + BarHeight + 8}"/>""");
    }

    /// <summary>A limit that is a multiple of a peer's number stands where that is in this panel's unit.</summary>
    private double? LimitInUnits() => bars
        .Where(bar => bar.Proxy == Bar.Subject)
        .Min(bar => bar.Peer is null ? bar.Limit : result.Of(bar.Peer) is { } peer ? bar.Beside(peer.Median) : (double?)null);

    private static void Append(StringBuilder svg, FormattableString line) =>
        svg.Append("    ").AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
