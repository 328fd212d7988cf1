using System.Globalization;
using MeshProxy.Values;

namespace MeshProxy.PodTests.Endurance;

/// <summary>How long, how much, and which conversations: a seed fixes what every worker does one after the other.</summary>
internal sealed record SoakPlan(TimeSpan Traffic, int Workers, int Seed, bool IsChaos)
{
    /// <summary>From here on what is left at rest is compared, and told on the page of figures.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromMinutes(1);

    /// <summary>From here on growth is judged too: a shorter run is all warm-up.</summary>
    private static readonly TimeSpan Judged = TimeSpan.FromMinutes(5);

    public bool IsTold => Traffic >= Told;

    public bool IsLong => Traffic >= Judged;

    /// <summary>How long the sidecar may take, when all is over, to be what it was before.</summary>
    public TimeSpan Quiet => IsTold ? TimeSpan.FromMinutes(2) : TimeSpan.FromSeconds(IsChaos ? 60 : 20);

    /// <summary>Tables fill, pools grow and methods are compiled meanwhile, those that only a disturbance calls too.</summary>
    public TimeSpan WarmUp => IsLong ? Traffic / 4 : TimeSpan.Zero;

    /// <summary>How often the sidecar rests after the warm-up, to be looked at.</summary>
    public int Rounds => IsLong ? 6 : 1;

    public TimeSpan Round => (Traffic - WarmUp) / Rounds;

    /// <summary>The command that repeats it.</summary>
    public string Command => string.Create(
        CultureInfo.InvariantCulture, $"{(IsChaos ? "CHAOS=1 " : "")}make soak FOR={DurationText.Format(Traffic)} SEED={Seed}");

    /// <summary>
    /// TEST_SOAK is the time of traffic (default 10s, or 6s of chaos, which is what every test run affords), TEST_SOAK_SEED repeats a run.
    /// </summary>
    public static SoakPlan FromEnvironment(bool isChaos)
    {
        var wanted = Environment.GetEnvironmentVariable("TEST_SOAK") ?? (isChaos ? "6s" : "10s");
        if (!DurationText.TryParse(wanted, out var traffic))
            throw new FormatException($"TEST_SOAK={wanted} is no duration such as 10m");
        var seed = Environment.GetEnvironmentVariable("TEST_SOAK_SEED") is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Random.Shared.Next(1 << 24);
        return new SoakPlan(traffic, Workers: 24, seed, isChaos);
    }
}
