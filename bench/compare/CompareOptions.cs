using System.Collections.Immutable;

namespace MeshProxy.Compare;

/// <param name="Cases">The cases to run; empty for all.</param>
/// <param name="Rounds">How often each proxy is measured in each case. Default 5.</param>
/// <param name="Seconds">How long the load of one measurement lasts. Default 2.</param>
/// <param name="Executable">The meshproxy to measure. Default out/meshproxy in the repository.</param>
/// <param name="Output">The folder of the results. Default bench/results in the repository.</param>
internal sealed record CompareOptions(ImmutableArray<string> Cases, int Rounds, int Seconds, string Executable, string Output)
{
    /// <summary>A run of all cases is "compare"; a run of some has a name of its own and leaves the whole run's files alone.</summary>
    public string ResultsName => Cases.Length == 0 ? "compare" : "compare-" + string.Join('-', Cases);
}
