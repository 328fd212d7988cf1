namespace MeshProxy.Compare.Load;

internal static class Quantile
{
    private const double NanosecondsPerMicrosecond = 1000;

    /// <summary>In microseconds, of nanoseconds that are sorted: the nearest rank, so that it is a time that was measured.</summary>
    public static double Of(long[] sorted, double quantile) =>
        sorted[(int)Math.Ceiling(quantile * sorted.Length) - 1] / NanosecondsPerMicrosecond;
}
