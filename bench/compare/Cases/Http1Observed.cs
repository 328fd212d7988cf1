using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>Small requests over 64 kept-alive connections on an unmarked port: every message is parsed and counted.</summary>
internal sealed class Http1Observed(ImmutableArray<Contender> contenders, int seconds)
    : ObservedCase("http1-observed", Target.Http1, contenders)
{
    private const double Limit = 0.85;

    public override ImmutableArray<Metric> Metrics { get; } =
        [new("http1-observed", "CPU µs per request", "HTTP/1 observed, 64 kept-alive connections")];

    /// <summary>Both met is the better of the two met.</summary>
    public override ImmutableArray<Bar> Bars => [new("http1-observed", Limit, "haproxy-http"), new("http1-observed", Limit, "nginx-http")];

    protected override double Load() => Wrk.Run(Target, seconds);
}
