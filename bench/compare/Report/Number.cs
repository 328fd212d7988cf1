using System.Globalization;

namespace MeshProxy.Compare.Report;

/// <summary>Numbers as people read them, and as the results file keeps them: three digits that count.</summary>
internal static class Number
{
    public static string Format(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("F2", CultureInfo.InvariantCulture),
        _ => value.ToString("F3", CultureInfo.InvariantCulture),
    };

    public static string FormatRatio(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    public static double Round(double value) => Math.Round(value, 4);
}
