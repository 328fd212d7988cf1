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
        Change(section, lines =>
        {
            var old = lines.FindIndex(line => line.StartsWith($"| {name} |", StringComparison.Ordinal));
            if (old >= 0)
                lines[old] = row;
            else
                lines.Add(row);
        });
    }

    public static void Section(string section, IEnumerable<string> text) => Change(section, lines =>
    {
        lines.Clear();
        lines.AddRange(text);
    });

    private static void Change(string section, Action<List<string>> change)
    {
        if (File is null)
            return;
        var lines = System.IO.File.ReadAllLines(File).ToList();
        var (begin, end) = (lines.IndexOf($"<!-- begin {section} -->") + 1, lines.IndexOf($"<!-- end {section} -->"));
        if (begin == 0 || end < begin)
            throw new InvalidOperationException($"{File} has no section '{section}'");
        var content = lines.GetRange(begin, end - begin);
        change(content);
        System.IO.File.WriteAllLines(File, [.. lines[..begin], .. content, .. lines[end..]]);
    }
}
