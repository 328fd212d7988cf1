namespace MeshProxy.PodTests.Floods;

/// <summary>
/// How hard the attacks are: what every test run affords, or, where TEST_FLOODS is 'full', what docs/reliability.md states.
/// </summary>
internal static class FloodScale
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("TEST_FLOODS") == "full";

    /// <summary>Connections of one attacker at a time.</summary>
    public static int Attackers { get; } = IsFull ? 2000 : 200;

    public static int Of(int everyRun, int full) => IsFull ? full : everyRun;
}
