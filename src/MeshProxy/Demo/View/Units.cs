using System.Globalization;

namespace MeshProxy.Demo.View;

/// <summary>Numbers as people read them.</summary>
internal static class Units
{
    private static readonly string[] Sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Count(double count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(double bytes)
    {
        var size = 0;
        for (; bytes >= 1024 && size < Sizes.Length - 1; size++)
            bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:F1} {Sizes[size]}");
    }

    public static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms");
}
