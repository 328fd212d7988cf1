using System.Globalization;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Endurance;

/// <summary>What every figure of a sidecar must be, whatever the clock did.</summary>
internal static class Figures
{
    /// <summary>No sample is negative or not a number, and no histogram holds more time than there was.</summary>
    public static async Task MakeSenseAsync(Sidecar sidecar, double longestSeconds)
    {
        var metrics = await sidecar.Admin.MetricsAsync();
        foreach (var line in metrics.Text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            Assert.True(double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture) >= 0, line);
        }
        foreach (var histogram in metrics.Names.Where(name => name.EndsWith("_seconds_sum", StringComparison.Ordinal)).ToArray())
        {
            var count = metrics.Sum(histogram[..^"_sum".Length] + "_count");
            Assert.True(metrics.Sum(histogram) <= count * longestSeconds, $"{histogram} {metrics.Sum(histogram)} of {count}");
        }
        var words = sidecar.Process.Output.Split([' ', '\n', '=']);
        Assert.DoesNotContain(words, word => word.Length > 1 && word[0] == '-' && char.IsAsciiDigit(word[1]));
    }
}
