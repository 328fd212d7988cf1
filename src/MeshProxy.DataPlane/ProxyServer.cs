using System.Collections.Immutable;
using MeshProxy.DataPlane.Connections;
using MeshProxy.DataPlane.Egress;
using MeshProxy.DataPlane.Planning;
using MeshProxy.DataPlane.Routing;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Settings;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Access;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;
using Microsoft.Extensions.Logging;

namespace MeshProxy.DataPlane;

/// <summary>
/// The data plane: its loops, the listeners of both directions on every loop, and their life from Serving to Stopped. Members may be called
/// from any thread.
/// </summary>
public sealed partial class ProxyServer : IAsyncDisposable
{
    private readonly MemoryBudget _memory = MemoryBudget.OfThisProcess();
    private readonly DescriptorBudget _budget;
    private readonly List<SocketEndpoint> _endpoints = [];
    private readonly List<DirectionAcceptor> _acceptors = [];
    private readonly LoopContext[] _loops;
    private readonly Router _router;
    private readonly ServerLog _log;

    /// <summary>Held while settings are handed to the loops, so that none ends in between.</summary>
    private readonly Lock _life = new();
    private ProxySettings _settings;
    private volatile DrainState _state;
    private bool _started;

    /// <param name="time">Other than the system's, for tests of timeouts.</param>
    /// <param name="originalDestination">Other than the kernel's, for tests that have no redirect rules.</param>
    /// <param name="accessLines">Where the lines of the access log go; null writes none, whatever the settings say.</param>
    public ProxyServer(
        ProxySettings settings,
        ILoggerFactory loggers,
        TimeProvider? time = null,
        OriginalDestinationReader? originalDestination = null,
        AccessLineWriter? accessLines = null)
    {
        _settings = settings;
        _budget = DescriptorBudget.OfThisProcess(_memory.Connections);
        _log = new ServerLog(loggers.CreateLogger<ProxyServer>());
        var log = new ConnectionLog(loggers.CreateLogger<ConnectionLog>());
        var count = settings.Loops.Count > 0 ? settings.Loops.Count : Environment.ProcessorCount;
        var pipes = Math.Max(1, Math.Min(_budget.Pipes, _memory.Pipes) / count);
        _loops = [.. Enumerable.Range(0, count).Select(index => new LoopContext(
            new EventLoop(index, pipes, time ?? TimeProvider.System, log.Fault, Math.Max(8, _memory.Blocks / count)),
            new ConnectionPlanner(_endpoints),
            _budget,
            log,
            accessLines is null ? null : new AccessLog(accessLines, time ?? TimeProvider.System),
            originalDestination ?? OriginalDestination.FromKernel))];
        var routed = new LoopCounters();
        var routedAccess = accessLines is null ? null : new RoutingAccessLog(new AccessLog(accessLines, time ?? TimeProvider.System));
        _router = new Router(loggers, time ?? TimeProvider.System, _endpoints, _budget, routed, routedAccess);
        Metrics = new ServerMetrics(_loops, routed, _router, _budget, () => _state);
        Status = new ServerStatus(_loops, routed, time ?? TimeProvider.System);
    }

    public ServerMetrics Metrics { get; }

    public ServerStatus Status { get; }

    public DrainState State => _state;

    /// <summary>The routes in force, with what is known of their backends.</summary>
    public ImmutableArray<RouteState> Routes => _router.State();

    internal IEnumerable<EventLoop> Loops => _loops.Select(context => context.Loop);

    /// <summary>Where connections are accepted, with the ports the kernel chose where the settings say 0.</summary>
    public ImmutableArray<SocketEndpoint> Endpoints(Direction direction) =>
        [.. _acceptors.Where(acceptor => acceptor.Profile.Direction == direction).Select(acceptor => acceptor.Endpoint).Distinct()];

    /// <summary>
    /// Binds every listener, then begins to accept. Throws <see cref="ListenException"/> where one cannot be bound; then nothing accepts.
    /// </summary>
    public void Start()
    {
        try
        {
            var (inbound, outbound) = Profiles(_settings);
            Listen(inbound);
            Listen(outbound);
        }
        catch (ListenException)
        {
            foreach (var context in _loops)
                context.CloseListeners();
            throw;
        }
        _started = true;
        foreach (var context in _loops)
        {
            foreach (var listener in context.Listeners)
                listener.Start();
            context.Loop.Start();
        }
        _log.Accepting(Join(Direction.Inbound), Join(Direction.Outbound), _loops.Length, _budget.Connections);
    }

    /// <summary>
    /// New settings for connections accepted after this returns; open ones keep theirs. Listen addresses and the number of loops are fixed
    /// at start.
    /// </summary>
    public void Apply(ProxySettings settings)
    {
        lock (_life)
        {
            _settings = settings;
            if (_started && _state < DrainState.Draining)
                ApplyOnLoops(settings);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero, CancellationToken.None);

    private void ApplyOnLoops(ProxySettings settings)
    {
        var (inbound, outbound) = Profiles(settings);
        using var applied = new CountdownEvent(_loops.Length);
        foreach (var context in _loops)
        {
            context.Loop.Post(() =>
            {
                try
                {
                    context.Apply(inbound, outbound);
                }
                finally
                {
                    applied.Signal();
                }
            });
        }
        applied.Wait();
    }

    /// <summary>The first loop's listener may find the port (0 asks the kernel for one); the others share it.</summary>
    private void Listen(DirectionProfile profile)
    {
        foreach (var wanted in profile.Settings.Listen)
        {
            var endpoint = wanted;
            foreach (var context in _loops)
            {
                var acceptor = new DirectionAcceptor(context, profile);
                var listener = Listener.Open(context.Loop, endpoint, profile.Tuning, _budget, acceptor);
                acceptor.Endpoint = endpoint = listener.Endpoint;
                context.Add(listener, acceptor);
                _acceptors.Add(acceptor);
            }
            _endpoints.Add(endpoint);
        }
    }

    /// <summary>Routes come first: a connection whose plan says that it is routed finds somebody to take it.</summary>
    private (DirectionProfile Inbound, DirectionProfile Outbound) Profiles(ProxySettings settings)
    {
        var egress = settings.Egress.Networks.IsEmpty && settings.Egress.Default == TrafficPolicy.Allow
            ? null
            : new EgressTable(settings.Egress.Networks, settings.Egress.Default);
        _router.Apply(settings, egress);
        return (
            Profile(Direction.Inbound, settings.Inbound, null, settings.AccessLog),
            Profile(Direction.Outbound, settings.Outbound, egress, settings.AccessLog));
    }

    private DirectionProfile Profile(Direction direction, DirectionSettings settings, EgressTable? egress, AccessLogFormat accessLog) =>
        new(direction, settings, egress, accessLog, Routing(direction, settings));

    private DirectionRouting? Routing(Direction direction, DirectionSettings settings) =>
        settings.Routes.IsEmpty ? null : _router.Of(direction);

    private string Join(Direction direction) => string.Join(", ", Endpoints(direction));
}
