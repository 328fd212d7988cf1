using System.Globalization;
using MeshProxy.Values;

namespace MeshProxy.PodTests.Endurance;

/// <summary>How long, how much, and which conversations: a seed fixes what every worker does one after the other.</summary>
/// <param name="Quiet">How long the sidecar may take, when all is over, to be what it was before.</param>
internal sealed record SoakPlan(TimeSpan Traffic, TimeSpan Quiet, int Workers, int Seed)
{
    /// <summary>From here on the growth of memory is judged too: a shorter run is all warm-up.</summary>
    private static readonly TimeSpan Judged = TimeSpan.FromMinutes(5);

    public bool IsLong => Traffic >= Judged;

    /// <summary>Tables fill, pools grow and methods are compiled meanwhile.</summary>
    public TimeSpan WarmUp => IsLong ? Traffic / 4 : TimeSpan.Zero;

    /// <summary>
    /// TEST_SOAK is the time of traffic (default 10s, which is what every test run affords), TEST_SOAK_SEED repeats a run.
    /// </summary>
    public static SoakPlan FromEnvironment()
    {
        var wanted = Environment.GetEnvironmentVariable("TEST_SOAK") ?? "10s";
        if (!DurationText.TryParse(wanted, out var traffic))
            throw new FormatException($"TEST_SOAK={wanted} is no duration such as 10m");
        var seed = Environment.GetEnvironmentVariable("TEST_SOAK_SEED") is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Environment.TickCount & 0xffffff;
        return new SoakPlan(traffic, traffic >= Judged ? TimeSpan.FromMinutes(2) : TimeSpan.FromSeconds(20), Workers: 24, seed);
    }
}
