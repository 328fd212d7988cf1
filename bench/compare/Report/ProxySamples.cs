using System.Collections.Immutable;

namespace MeshProxy.Compare.Report;

/// <summary>A proxy's numbers in one metric, one per round, in the order of the rounds.</summary>
internal sealed record ProxySamples(string Proxy, ImmutableArray<double> Rounds)
{
    public double Median => Compare.Median.Of(Rounds);
}
