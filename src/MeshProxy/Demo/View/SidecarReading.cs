using System.Globalization;

namespace MeshProxy.Demo.View;

/// <summary>What the sidecar's /metrics says at one moment.</summary>
internal sealed class SidecarReading
{
    private readonly List<(string Series, double Value)> _series = [];

    public SidecarReading(string metrics, DateTimeOffset at)
    {
        At = at;
        foreach (var line in metrics.Split('\n'))
        {
            var blank = line.LastIndexOf(' ');
            if (blank > 0 && line[0] != '#' && double.TryParse(line.AsSpan(blank + 1), CultureInfo.InvariantCulture, out var value))
                _series.Add((line[..blank], value));
        }
    }

    public DateTimeOffset At { get; }

    /// <summary>The sum of a family's series that have all those labels, each written as in the text: <c>direction="inbound"</c>.</summary>
    public double Sum(string family, params string[] labels) => _series
        .Where(series => IsOf(series.Series, family) && labels.All(label => series.Series.Contains(label, StringComparison.Ordinal)))
        .Sum(series => series.Value);

    private static bool IsOf(string series, string family) =>
        series.StartsWith(family, StringComparison.Ordinal) && (series.Length == family.Length || series[family.Length] == '{');
}
