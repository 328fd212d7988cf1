using System.Globalization;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// Figures for the page that TEST_REPORT names (docs/reliability.md); nothing is written where it is not set. A section is a table between
/// <c>&lt;!-- begin NAME --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c>; a row is known by its first cell, and replaced.
/// </summary>
internal static class ReliabilityReport
{
    public static void Row(string section, string name, params FormattableString[] figures)
    {
        if (Environment.GetEnvironmentVariable("TEST_REPORT") is not { } file)
            return;
        var lines = File.ReadAllLines(file).ToList();
        var (begin, end) = (lines.IndexOf($"<!-- begin {section} -->"), lines.IndexOf($"<!-- end {section} -->"));
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{file} has no section '{section}'");
        var row = $"| {string.Join(" | ", [name, .. figures.Select(figure => figure.ToString(CultureInfo.InvariantCulture))])} |";
        var old = lines.FindIndex(begin, end - begin, line => line.StartsWith($"| {name} |", StringComparison.Ordinal));
        if (old >= 0)
            lines[old] = row;
        else
            lines.Insert(end, row);
        File.WriteAllLines(file, lines);
    }
}
