using System.Collections.Immutable;
using System.Globalization;

namespace MeshProxy.Values;

/// <summary>
/// Port lists as people write them: <c>25,587,4000-5000</c>. Overlapping and adjoining ranges are merged and sorted, so that two lists
/// that mean the same are equal. Every bad token is reported, with its position.
/// </summary>
public static class PortList
{
    /// <summary>What a valid list looks like, for error messages.</summary>
    public const string Allowed = "ports and ranges from 1 to 65535, separated by commas, such as 25,587,4000-5000";

    public static ImmutableArray<PortRange> Parse(string text, out ImmutableArray<string> errors)
    {
        var ranges = new List<PortRange>();
        var wrong = ImmutableArray.CreateBuilder<string>();
        var position = 0;
        foreach (var token in text.Split(','))
        {
            position++;
            if (token.AsSpan().Trim() is not { Length: > 0 } trimmed)
            {
                if (text.AsSpan().Trim().Length > 0)
                    wrong.Add($"item {position} is empty");
            }
            else if (TryParseRange(trimmed, out var range, out var error))
                ranges.Add(range);
            else
                wrong.Add($"item {position}, '{trimmed}', {error}");
        }
        errors = wrong.ToImmutable();
        return Merge(ranges);
    }

    public static string Format(ImmutableArray<PortRange> ranges) => string.Join(',', ranges);

    /// <summary>Sorts, and joins what overlaps or adjoins.</summary>
    public static ImmutableArray<PortRange> Merge(IEnumerable<PortRange> ranges)
    {
        var merged = ImmutableArray.CreateBuilder<PortRange>();
        foreach (var range in ranges.OrderBy(r => r.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
                merged[^1] = merged[^1] with { Last = Math.Max(merged[^1].Last, range.Last) };
            else
                merged.Add(range);
        }
        return merged.ToImmutable();
    }

    private static bool TryParseRange(ReadOnlySpan<char> token, out PortRange range, out string error)
    {
        range = default;
        var dash = token.IndexOf('-');
        var firstText = dash < 0 ? token : token[..dash];
        var lastText = dash < 0 ? token : token[(dash + 1)..];
        if (!TryParsePort(firstText, out var first) || !TryParsePort(lastText, out var last))
        {
            error = "is not a port from 1 to 65535 nor a range of them";
            return false;
        }
        error = $"is a range that ends before it starts; write {last}-{first}";
        range = new PortRange(first, last);
        return first <= last;
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;
}
