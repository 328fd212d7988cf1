using System.Collections.Immutable;
using MeshProxy.Compare.Cases;

namespace MeshProxy.Compare.Report;

internal sealed record MetricResult(Metric Metric, ImmutableArray<ProxySamples> Proxies)
{
    public ProxySamples? Of(string proxy) => Proxies.FirstOrDefault(samples => samples.Proxy == proxy);
}
