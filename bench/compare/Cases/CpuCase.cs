using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>
/// The proxy's own CPU per unit of work. Unlike throughput, it holds on a machine that does other things too, and it is what a sidecar
/// costs the pod: load, servers and neighbours are not in it.
/// </summary>
internal abstract class CpuCase(string name, Target target, ImmutableArray<Contender> contenders) : Case(name, target, contenders)
{
    /// <summary>The load's connections are closed when it ends; taking them down is part of the work.</summary>
    private static readonly TimeSpan TakeDown = TimeSpan.FromMilliseconds(150);

    /// <summary>The metric's units in a second of CPU.</summary>
    protected abstract double UnitsPerSecond { get; }

    public override ImmutableArray<double> Measure(Contender contender, Pod pod)
    {
        var proxy = pod.Running(contender);
        var before = CpuTime.Of(proxy);
        var work = Work();
        Thread.Sleep(TakeDown);
        var used = CpuTime.Of(proxy) - before;
        if (!used.Agrees)
            pod.Note($"{contender}: {used.Accounted:F2} s of CPU by utime + stime, {used.Scheduled:F2} s by schedstat of the threads left");
        return [used.Accounted * UnitsPerSecond / work];
    }

    /// <summary>Makes the load; returns how many units of work were done.</summary>
    protected abstract double Work();
}
