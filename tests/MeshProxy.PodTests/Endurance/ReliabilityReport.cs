using System.Globalization;
using MeshProxy.Tests.Support;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// Figures for the page that TEST_REPORT names (docs/reliability.md); nothing is written where it is not set. A section is what stands
/// between <c>&lt;!-- begin NAME --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c>: a table, a row of which is known by its first cell and
/// replaced, or a text that is replaced as a whole.
/// </summary>
internal static class ReliabilityReport
{
    /// <summary>A path is relative to the repository, wherever the tests run.</summary>
    private static readonly string? File =
        Environment.GetEnvironmentVariable("TEST_REPORT") is { Length: > 0 } file ? Repository.PathOf(file) : null;

    public static void Row(string section, string name, params FormattableString[] figures)
    {
        var row = $"| {string.Join(" | ", [name, .. figures.Select(figure => figure.ToString(CultureInfo.InvariantCulture))])} |";
        if (File is null)
            return;
        var lines = MarkedSection.Read(File, section).ToList();
        var old = lines.FindIndex(line => line.StartsWith($"| {name} |", StringComparison.Ordinal));
        if (old >= 0)
            lines[old] = row;
        else
            lines.Add(row);
        MarkedSection.Replace(File, section, lines);
    }

    public static void Section(string section, IEnumerable<string> text)
    {
        if (File is not null)
            MarkedSection.Replace(File, section, text);
    }
}
