using System.Collections.Immutable;

namespace MeshProxy.PodTests.Endurance.Chaos;

/// <summary>
/// What disturbs the traffic and when: the same seed and duration give the same steps. Every kind comes once before any comes again; they
/// follow each other, never two at a time, so that what breaks has one cause.
/// </summary>
internal static class ChaosPlan
{
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    /// <summary>With what TCP waits before it repeats, far below what a conversation may stand still.</summary>
    public static readonly TimeSpan LongestLoss = TimeSpan.FromSeconds(4);

    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(4);

    /// <summary>Of the duration: a short run has its share of everything too.</summary>
    private const int Share = 10;

    public static ImmutableArray<ChaosStep> Of(int seed, TimeSpan duration)
    {
        var random = new Random(seed);
        var kinds = Enum.GetValues<Disturbance>();
        var steps = ImmutableArray.CreateBuilder<ChaosStep>();
        var (shortest, longest) = (duration / (4 * Share), duration / Share);
        for (var at = Gap(); ; at = steps[^1].End + Gap())
        {
            if (steps.Count % kinds.Length == 0)
                random.Shuffle(kinds);
            var kind = kinds[steps.Count % kinds.Length];
            var step = new ChaosStep(at, kind, Lasting(kind), random.Next());
            if (step.End + Shorter(longest, LongestGap) > duration)
                return steps.ToImmutable();
            steps.Add(step);
        }

        TimeSpan Gap() => Between(Shorter(shortest, LongestGap / 4), Shorter(longest / 2, LongestGap));
        TimeSpan Lasting(Disturbance kind) => kind switch
        {
            Disturbance.Pause => Between(Shorter(shortest, LongestPause / 4), Shorter(longest, LongestPause)),
            Disturbance.Loss => Between(Shorter(shortest, LongestLoss / 4), Shorter(longest, LongestLoss)),
            _ => TimeSpan.Zero,
        };
        TimeSpan Between(TimeSpan least, TimeSpan most) => least + (most - least) * random.NextDouble();
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
