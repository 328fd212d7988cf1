using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>
/// From before fork and exec to the first answer a client gets through the proxy. The median of a few starts is one measurement.
/// </summary>
internal sealed class Start(ImmutableArray<Contender> contenders) : Case("start", Target.Small, contenders)
{
    private const int Starts = 5;
    private const double NanosecondsPerMillisecond = 1e6;

    public override ImmutableArray<Metric> Metrics { get; } = [new("start", "ms", "From exec to the first proxied answer")];

    public override ImmutableArray<Bar> Bars => [new("start", 200)];

    public override ImmutableArray<double> Measure(Contender contender, Pod pod)
    {
        var command = pod.Command(contender);
        return [Median.Of(Enumerable.Range(0, Starts).Select(_ => StartOnce(contender, command, pod)))];
    }

    private double StartOnce(Contender contender, ImmutableArray<string> command, Pod pod)
    {
        var begin = PreciseClock.Now;
        using var proxy = pod.Start(contender, command);
        HttpProbe.WaitForAnswer(Target, proxy);
        return (PreciseClock.Now - begin) / NanosecondsPerMillisecond;
    }
}
