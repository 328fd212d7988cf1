using System.Globalization;

namespace MeshProxy.PodTests.Endurance;

/// <summary>The line through samples by least squares.</summary>
/// <param name="PerHour">Its slope.</param>
/// <param name="Error">The slope's standard error, by how far the samples lie from the line.</param>
internal readonly record struct Trend(double PerHour, double Error)
{
    private const double Certain = 3;

    /// <summary>What it surely grows by: a slope within three errors of none may be none.</summary>
    public double SurelyPerHour => Math.Max(0, PerHour - Certain * Error);

    public static Trend Of(IReadOnlyList<ProcessSample> samples, Func<ProcessSample, double> figure)
    {
        if (samples.Count < 3)
            return new Trend(0, double.PositiveInfinity);
        var (hours, values) = (samples.Select(sample => sample.Seconds / 3600).ToArray(), samples.Select(figure).ToArray());
        var (middle, mean) = (hours.Average(), values.Average());
        var spread = hours.Sum(hour => (hour - middle) * (hour - middle));
        var slope = hours.Zip(values, (hour, value) => (hour - middle) * (value - mean)).Sum() / spread;
        var rest = hours.Zip(values, (hour, value) => Math.Pow(value - mean - slope * (hour - middle), 2)).Sum();
        return new Trend(slope, Math.Sqrt(rest / (samples.Count - 2) / spread));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerHour:0.0} ± {Error:0.0}");
}
