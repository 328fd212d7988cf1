using System.Collections.Immutable;
using MeshProxy.DataPlane.Egress;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Routing.Matching;
using MeshProxy.DataPlane.Routing.Names;
using MeshProxy.DataPlane.Routing.Tracing;
using MeshProxy.DataPlane.Settings;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace MeshProxy.DataPlane.Routing;

/// <summary>
/// Routed HTTP as a whole: the routes of both directions and the backends they share. Without routes it holds nothing and has started
/// nothing.
/// </summary>
internal sealed class Router
{
    private readonly RoutingServices _services;
    private readonly BackendDirectory _backends = new();
    private readonly RoutingMetrics _metrics;
    private NameResolver? _names;

    /// <param name="counters">Of routed requests alone.</param>
    public Router(
        ILoggerFactory loggers,
        TimeProvider time,
        IReadOnlyList<SocketEndpoint> listeners,
        DescriptorBudget budget,
        LoopCounters counters,
        RoutingAccessLog? accessLog)
    {
        _services = new RoutingServices(loggers, time, budget, new OwnListeners(listeners, time), accessLog);
        Inbound = new DirectionRouting(Direction.Inbound, _services, new RoutingCounters(counters.Of(Direction.Inbound)));
        Outbound = new DirectionRouting(Direction.Outbound, _services, new RoutingCounters(counters.Of(Direction.Outbound)));
        _metrics = new RoutingMetrics([Inbound, Outbound], State);
    }

    public DirectionRouting Inbound { get; }

    public DirectionRouting Outbound { get; }

    public DirectionRouting Of(Direction direction) => direction == Direction.Inbound ? Inbound : Outbound;

    public void Apply(ProxySettings settings, EgressTable? egress)
    {
        ApplyTracing(settings);
        _services.AccessLog?.Format = settings.AccessLog;
        Apply(Inbound, settings.Inbound, null);
        Apply(Outbound, settings.Outbound, egress);
        var targets = settings.Inbound.Routes.Concat(settings.Outbound.Routes).SelectMany(route => route.Backends);
        _backends.KeepOnly(targets.Select(backend => backend.Target).ToHashSet(StringComparer.OrdinalIgnoreCase));
        if (_backends.All.Any(backend => backend.Name is not null))
            _names ??= new NameResolver(_backends, new NameSource(settings: null), _services.Log, _services.Time);
        _names?.Update();
    }

    /// <summary>What the status page shows.</summary>
    public ImmutableArray<RouteState> State()
    {
        var states = ImmutableArray.CreateBuilder<RouteState>();
        foreach (var routing in (ReadOnlySpan<DirectionRouting>)[Inbound, Outbound])
        {
            var now = routing.NowMilliseconds;
            foreach (var route in routing.Table.Routes)
                states.Add(StateOf(routing.Direction, route, now));
        }
        return states.ToImmutable();
    }

    public void WriteTo(PrometheusText text) => _metrics.WriteTo(text);

    /// <summary>Answers say Connection: close from now on.</summary>
    public void BeginDrain(Direction direction) => Of(direction).IsDraining = true;

    /// <summary>When the loops have ended every connection: waits for what Kestrel still has to tidy up.</summary>
    public async Task StopAsync()
    {
        using var impatience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Inbound.StopAsync(impatience.Token), Outbound.StopAsync(impatience.Token));
        _names?.Dispose();
        _services.Tracing?.Dispose();
    }

    private void Apply(DirectionRouting routing, DirectionSettings settings, EgressTable? egress)
    {
        var routes = settings.Routes.Select(route => new Route(route, BackendsOf(route), _services.Time));
        var had = routing.Table.Routes.Length;
        routing.Apply(settings, new RouteTable([.. routes]), egress);
        if (had > 0 || !settings.Routes.IsEmpty)
            _services.Log.RoutesInForce(Labels.Of(routing.Direction), settings.Routes.Length);
    }

    private void ApplyTracing(ProxySettings settings)
    {
        var isWanted = !settings.Inbound.Routes.IsEmpty || !settings.Outbound.Routes.IsEmpty;
        var tracing = isWanted && settings.Tracing.OtlpEndpoint.Length > 0 ? settings.Tracing : null;
        if (_services.Tracing?.Settings == tracing)
            return;
        var before = _services.Tracing;
        _services.Tracing = tracing is null ? null : new RouteTracing(tracing);
        before?.Dispose();
    }

    private ImmutableArray<WeightedBackend> BackendsOf(RouteSettings route) =>
        [.. route.Backends.Select(backend => new WeightedBackend(_backends.Get(backend.Target), backend.Weight))];

    private static RouteState StateOf(Direction direction, Route route, double now)
    {
        var upstreams = route.Backends
            .SelectMany(weighted => weighted.Backend.Endpoints.Select(endpoint => endpoint.State(weighted.Backend.Target, now)));
        return new RouteState(direction, route.Settings.Name, [.. upstreams]);
    }
}
