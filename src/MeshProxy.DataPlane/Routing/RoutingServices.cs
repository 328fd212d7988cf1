using MeshProxy.DataPlane.Routing.Tracing;
using MeshProxy.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Forwarder;

namespace MeshProxy.DataPlane.Routing;

/// <summary>What both directions share.</summary>
internal sealed class RoutingServices(
    ILoggerFactory loggers, TimeProvider time, DescriptorBudget budget, OwnListeners ownListeners, RoutingAccessLog? accessLog)
{
    private IHttpForwarder? _forwarder;

    public ILoggerFactory Loggers => loggers;

    public TimeProvider Time => time;

    public DescriptorBudget Budget => budget;

    public OwnListeners OwnListeners => ownListeners;

    /// <summary>Null where nobody takes its lines.</summary>
    public RoutingAccessLog? AccessLog => accessLog;

    public RoutingLog Log { get; } = new(loggers.CreateLogger<Router>());

    /// <summary>Null while nobody wants spans: then OpenTelemetry is not even loaded.</summary>
    public RouteTracing? Tracing { get; set; }

    /// <summary>
    /// YARP's own class is reached through its registration alone. Its log has a line per failed request; ours are counted and answered.
    /// </summary>
    public IHttpForwarder Forwarder => _forwarder ??= new ServiceCollection()
        .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
        .AddSingleton(time)
        .AddHttpForwarder()
        .BuildServiceProvider()
        .GetRequiredService<IHttpForwarder>();
}
