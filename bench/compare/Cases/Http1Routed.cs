using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>
/// The same requests where a route covers the destination: terminated by Kestrel, matched, balanced, and sent on by YARP.
/// </summary>
internal sealed class Http1Routed(ImmutableArray<Contender> contenders, int seconds)
    : ObservedCase("http1-routed", Target.Http1, contenders)
{
    private const double Limit = 60;

    public override ImmutableArray<Metric> Metrics { get; } =
        [new("http1-routed", "CPU µs per request", "HTTP/1 routed, 64 kept-alive connections")];

    public override ImmutableArray<Bar> Bars => [new("http1-routed", Limit)];

    protected override double Load() => Wrk.Run(Target, seconds);
}
