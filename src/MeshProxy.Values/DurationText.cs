using System.Globalization;

namespace MeshProxy.Values;

/// <summary>
/// Durations as people write them in the configuration, on the command line and in annotations: one or more whole numbers with a
/// unit (<c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c>, <c>d</c>), largest unit first, as in <c>10s</c> or <c>1h30m</c>; and a bare <c>0</c>.
/// </summary>
public static class DurationText
{
    /// <summary>What a valid duration looks like, for error messages.</summary>
    public const string Allowed = "a duration such as 500ms, 10s, 5m, 1h30m, 2d, or 0";

    private static readonly (string Suffix, long Milliseconds)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text is "0")
            return true;
        long total = 0;
        var previousUnit = -1;
        while (text.Length > 0)
        {
            if (!TryTakePart(ref text, out var amount, out var unit) || unit <= previousUnit)
                return false;
            previousUnit = unit;
            if (amount > (long.MaxValue / 10_000 - total) / Units[unit].Milliseconds)
                return false;
            total += amount * Units[unit].Milliseconds;
        }
        duration = TimeSpan.FromMilliseconds(total);
        return previousUnit >= 0;
    }

    /// <summary>The shortest text that parses back to the same duration (whole milliseconds).</summary>
    public static string Format(TimeSpan duration)
    {
        var rest = (long)duration.TotalMilliseconds;
        if (rest == 0)
            return "0";
        var text = "";
        foreach (var (suffix, milliseconds) in Units)
        {
            if (rest / milliseconds is var amount and > 0)
                text += string.Create(CultureInfo.InvariantCulture, $"{amount}{suffix}");
            rest %= milliseconds;
        }
        return text;
    }

    private static bool TryTakePart(ref ReadOnlySpan<char> text, out long amount, out int unit)
    {
        unit = -1;
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out amount))
        {
            amount = 0;
            return false;
        }
        var rest = text[digits..];
        var letters = rest.IndexOfAnyInRange('0', '9');
        var suffix = letters < 0 ? rest : rest[..letters];
        for (var i = 0; i < Units.Length; i++)
        {
            if (suffix.SequenceEqual(Units[i].Suffix))
                unit = i;
        }
        text = rest[suffix.Length..];
        return unit >= 0;
    }
}
