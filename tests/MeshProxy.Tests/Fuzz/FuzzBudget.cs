using System.Globalization;
using MeshProxy.Values;

namespace MeshProxy.Tests.Fuzz;

/// <summary>
/// How long a target is fed: so many inputs (TEST_MUTATIONS), or for so long (TEST_FUZZ_FOR); TEST_FUZZ_SEED repeats a run.
/// </summary>
internal sealed class FuzzBudget(int inputs, TimeSpan? time, int seed)
{
    private const int Default = 2000;

    private readonly long _began = TimeProvider.System.GetTimestamp();

    public int Seed => seed;

    public static FuzzBudget FromEnvironment() => new(
        Number("TEST_MUTATIONS") ?? Default,
        DurationText.TryParse(Environment.GetEnvironmentVariable("TEST_FUZZ_FOR") ?? "", out var time) ? time : null,
        Number("TEST_FUZZ_SEED") ?? 2026);

    public bool Allows(int round) => time is { } bound ? TimeProvider.System.GetElapsedTime(_began) < bound : round < inputs;

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
