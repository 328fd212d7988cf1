using System.Collections.Immutable;
using MeshProxy.Compare.Cases;
using MeshProxy.Compare.Contenders;

namespace MeshProxy.Compare.Report;

/// <summary>What a case's rounds gave, per proxy; and who failed, with the reason.</summary>
internal sealed class CaseResult(Case subject)
{
    private readonly Dictionary<string, List<ImmutableArray<double>>> _samples = [];
    private readonly Dictionary<string, string> _failures = [];

    public Case Case => subject;

    /// <summary>Proxy and reason.</summary>
    public IReadOnlyDictionary<string, string> Failures => _failures;

    public IEnumerable<MetricResult> Metrics => subject.Metrics.Select((metric, index) => new MetricResult(metric, Samples(index)));

    public bool HasFailed(Contender contender) => _failures.ContainsKey(contender.Name);

    public void Add(Contender contender, ImmutableArray<double> measured)
    {
        if (!_samples.TryGetValue(contender.Name, out var samples))
            _samples[contender.Name] = samples = [];
        samples.Add(measured);
    }

    /// <summary>What was measured before the failure is dropped: half a proxy's rounds are not comparable with all of another's.</summary>
    public void Fail(Contender contender, string reason)
    {
        _failures[contender.Name] = reason;
        _samples.Remove(contender.Name);
    }

    private ImmutableArray<ProxySamples> Samples(int metric) => [.. subject.Contenders
        .Where(contender => _samples.ContainsKey(contender.Name))
        .Select(contender => new ProxySamples(contender.Name, [.. _samples[contender.Name].Select(round => round[metric])]))];
}
