using System.Globalization;
using System.Text.RegularExpressions;

namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>One scrape, in the Prometheus text format.</summary>
internal sealed partial class Metrics(string text)
{
    private readonly List<Sample> _samples =
        [.. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(Sample.Parse)];

    public string Text => text;

    public IEnumerable<string> Names => _samples.Select(sample => sample.Name).Distinct();

    /// <summary>The sum over all series of that name which have all those labels; 0 where there is none.</summary>
    public double Sum(string name, params (string Name, string Value)[] labels) => _samples
        .Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value))
        .Sum(sample => sample.Value);

    private sealed partial record Sample(string Name, Dictionary<string, string> Labels, double Value)
    {
        public static Sample Parse(string line)
        {
            var parts = Line().Match(line);
            if (!parts.Success)
                throw new FormatException($"not a line of the text format: {line}");
            var labels = Label().Matches(parts.Groups["labels"].Value);
            return new Sample(
                parts.Groups["name"].Value,
                labels.ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value),
                Number(parts.Groups["value"].Value));
        }

        private static double Number(string text) =>
            text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

        [GeneratedRegex("""^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>.*)\})? (?<value>\S+)$""")]
        private static partial Regex Line();

        [GeneratedRegex("""(\w+)="((?:[^"\\]|\\.)*)"[,}]?""")]
        private static partial Regex Label();
    }
}
