using System.Globalization;
using MeshProxy.Values;

namespace MeshProxy.Tests.Fuzz;

/// <summary>
/// How long a target is fed: so many inputs (TEST_MUTATIONS), or for so long (TEST_FUZZ_FOR); TEST_FUZZ_SEED repeats a run. What cannot be
/// read is an error, for a run of nothing would look like one in which nothing was found.
/// </summary>
internal sealed class FuzzBudget(int inputs, TimeSpan? time, int seed)
{
    private const int Default = 2000;

    private readonly long _began = TimeProvider.System.GetTimestamp();

    public int Seed => seed;

    /// <param name="seed">Where the environment names none.</param>
    public static FuzzBudget FromEnvironment(int seed = 2026) => From(Environment.GetEnvironmentVariable, seed);

    public static FuzzBudget From(Func<string, string?> variable, int seed) => new(
        Number("TEST_MUTATIONS", variable) ?? Default,
        Time("TEST_FUZZ_FOR", variable),
        Number("TEST_FUZZ_SEED", variable) ?? seed);

    public bool Allows(int round) => time is { } bound ? TimeProvider.System.GetElapsedTime(_began) < bound : round < inputs;

    private static TimeSpan? Time(string name, Func<string, string?> variable) => variable(name) switch
    {
        null or "" => null,
        var text when DurationText.TryParse(text, out var time) && time > TimeSpan.Zero => time,
        var text => throw new FormatException($"{name}={text} is no duration such as 10m"),
    };

    private static int? Number(string name, Func<string, string?> variable) => variable(name) switch
    {
        null or "" => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new FormatException($"{name}={text} is no whole number"),
    };
}
