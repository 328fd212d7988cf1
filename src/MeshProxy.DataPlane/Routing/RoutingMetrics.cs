using System.Collections.Immutable;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Exposition;

namespace MeshProxy.DataPlane.Routing;

/// <summary>The families of routed HTTP alone. Requests themselves are in the families of observed HTTP.</summary>
internal sealed class RoutingMetrics(ImmutableArray<DirectionRouting> directions, Func<ImmutableArray<RouteState>> state)
{
    /// <summary>Addresses with a series of their own; a name may have a thousand.</summary>
    private const int MostTargets = 100;

    public void WriteTo(PrometheusText text)
    {
        text.Open(MetricFamilies.HttpRetries);
        foreach (var routing in directions)
            text.Sample(routing.Counters.RetriesTotal, ("direction", Labels.Of(routing.Direction)));
        text.Open(MetricFamilies.HttpRetriesDenied);
        foreach (var routing in directions)
            text.Sample(routing.Counters.RetriesDeniedTotal, ("direction", Labels.Of(routing.Direction)));
        text.Open(MetricFamilies.BackendEjections);
        foreach (var routing in directions)
            text.Sample(routing.Counters.EjectionsTotal, ("direction", Labels.Of(routing.Direction)));
        WriteState(text);
    }

    /// <summary>An address that several routes share is one; those beyond the cap are summed up by their worst.</summary>
    private void WriteState(PrometheusText text)
    {
        text.Open(MetricFamilies.BackendState);
        foreach (var direction in state().GroupBy(route => route.Direction))
        {
            var upstreams = direction
                .SelectMany(route => route.Upstreams)
                .DistinctBy(upstream => (upstream.Target, upstream.Address))
                .ToList();
            var label = Labels.Of(direction.Key);
            foreach (var upstream in upstreams.Take(MostTargets))
                text.Sample((long)upstream.Condition, ("direction", label), ("target", $"{upstream.Target} {upstream.Address}"));
            if (upstreams.Count > MostTargets)
            {
                var worst = upstreams.Skip(MostTargets).Max(upstream => upstream.Condition);
                text.Sample((long)worst, ("direction", label), ("target", "other"));
            }
        }
    }
}
