using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>
/// One thing that is compared. A new case derives from this, or from <see cref="CpuCase"/> where it is CPU per unit of work, and is listed
/// in <see cref="Catalog"/>; rounds, redirects, medians, bars, table and chart follow by themselves.
/// </summary>
internal abstract class Case(string name, Target target, ImmutableArray<Contender> contenders)
{
    public string Name => name;

    /// <summary>The server that the clients of this case connect to.</summary>
    public Target Target => target;

    public ImmutableArray<Contender> Contenders => contenders;

    public abstract ImmutableArray<Metric> Metrics { get; }

    public virtual ImmutableArray<Bar> Bars => [];

    /// <summary>
    /// Whether a round is run and dropped first: for processes that serve all rounds, and compile or allocate in the first.
    /// </summary>
    public virtual bool WarmsUp => true;

    /// <summary>Measures one proxy once, its redirect in place: a number for each of <see cref="Metrics"/>, in their order.</summary>
    /// <exception cref="MeasurementException">The proxy or the load failed.</exception>
    public abstract ImmutableArray<double> Measure(Contender contender, Pod pod);
}
