using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>
/// CPU per request where MeshProxy detects the protocol and observes it. Its number counts only if its own metrics have every request.
/// </summary>
internal abstract class ObservedCase(string name, Target target, ImmutableArray<Contender> contenders)
    : CpuCase(name, target, contenders)
{
    private double _answered;

    protected sealed override double UnitsPerSecond => 1e6;

    public sealed override ImmutableArray<double> Measure(Contender contender, Pod pod)
    {
        if (contender is not Sidecar)
            return base.Measure(contender, pod);
        pod.Running(contender);
        var before = SidecarMetrics.Requests();
        var measured = base.Measure(contender, pod);
        var observed = SidecarMetrics.Requests() - before;
        return observed >= _answered
            ? measured
            : throw new MeasurementException($"{_answered:N0} requests were answered, and {observed:N0} observed");
    }

    protected sealed override double Work() => _answered = Load();

    /// <summary>Makes the load; returns the requests that were answered.</summary>
    protected abstract double Load();
}
