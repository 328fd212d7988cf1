using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>Small requests over HTTP/2, 32 streams per connection. The peers speak HTTP/2 on both sides as well.</summary>
internal sealed class Http2Observed(ImmutableArray<Contender> contenders, int seconds)
    : ObservedCase("http2-observed", Target.Http2, contenders)
{
    private const double Limit = 0.7;

    public override ImmutableArray<Metric> Metrics { get; } =
        [new("http2-observed", "CPU µs per request", $"HTTP/2 observed, {H2Load.Streams} streams per connection")];

    /// <summary>Both met is the better of the two met.</summary>
    public override ImmutableArray<Bar> Bars => [new("http2-observed", Limit, "haproxy-http"), new("http2-observed", Limit, "nginx-http")];

    protected override double Load() => H2Load.Run(Target, seconds);
}
