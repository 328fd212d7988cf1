using System.Net;
using MeshProxy.DataPlane.Egress;
using MeshProxy.DataPlane.Routing.Forwarding;
using MeshProxy.DataPlane.Routing.Matching;
using MeshProxy.DataPlane.Routing.Tracing;
using MeshProxy.DataPlane.Settings;
using MeshProxy.DataPlane.Telemetry.Access;
using MeshProxy.Transport.Kestrel;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace MeshProxy.DataPlane.Routing;

/// <summary>
/// The routes of one direction, and what carries them out. Settings are asked for by every request, so a reload holds for open connections
/// too. Kestrel, client and forwarder come into being with the first route, and stay.
/// </summary>
internal sealed class DirectionRouting(Direction direction, RoutingServices services, RoutingCounters counters)
{
    private RoutingKestrel? _kestrel;
    private HttpMessageInvoker? _client;
    private volatile RouteTable _table = RouteTable.Empty;
    private volatile EgressTable? _egress;

    public Direction Direction => direction;

    public RouteTable Table => _table;

    public DirectionSettings Settings { get; private set; } = null!;

    public RoutingCounters Counters => counters;

    public RouteTracing? Tracing => services.Tracing;

    public RoutingAccessLog? AccessLog => services.AccessLog;

    public RoutingLog Log => services.Log;

    public TimeProvider Time => services.Time;

    public double NowMilliseconds => services.Time.GetTimestamp() * 1000.0 / services.Time.TimestampFrequency;

    public IHttpForwarder Forwarder => services.Forwarder;

    public HttpMessageInvoker Client => _client!;

    /// <summary>Set by the start of a drain: whoever still asks on an open connection is told to close it.</summary>
    public bool IsDraining { get; set; }

    /// <summary>May start Kestrel, which takes some 50 ms the first time.</summary>
    public void Apply(DirectionSettings settings, RouteTable table, EgressTable? egress)
    {
        Settings = settings;
        _egress = egress;
        if (_kestrel is null && !table.Routes.IsEmpty)
        {
            _client = UpstreamClient.Create(() => Settings.Tcp, counters, services.Budget, services.Time);
            _kestrel = RoutingKestrel.Start(this, services.Loggers);
        }
        _kestrel?.Apply(settings.Http.Timeouts);
        _table = table;
    }

    public bool Covers(SocketEndpoint destination) => _table.Covers(destination);

    /// <summary>False where Kestrel has been stopped: then the connection is relayed to its original destination.</summary>
    public bool TryTake(TerminatedConnection connection, Protocol protocol, SocketEndpoint target)
    {
        var client = connection.Context.RemoteEndPoint is IPEndPoint from ? SocketEndpoint.From(from) : default;
        var gate = protocol == Protocol.Http1 ? new RequestGate(this, client, target) : null;
        connection.Gate = gate;
        connection.Context.Features.Set(new RoutedConnection(target, gate));
        return _kestrel is not null && connection.TryStart(_kestrel.Listener(protocol));
    }

    /// <summary>Null where the address may be asked.</summary>
    public UpstreamFailure? Refusal(SocketEndpoint address)
    {
        if (services.OwnListeners.Contains(address))
            return UpstreamFailure.Loop;
        return _egress is { } egress && egress.Find(address).Policy == TrafficPolicy.Deny ? UpstreamFailure.Denied : null;
    }

    /// <summary>Whether a request goes on in HTTP/2.</summary>
    public static bool IsSentInHttp2(HttpRequest request, Route? route) => (route?.Settings.Protocol ?? RouteProtocol.Same) switch
    {
        RouteProtocol.Same => HttpProtocol.IsHttp2(request.Protocol),
        var protocol => protocol == RouteProtocol.Http2,
    };

    /// <param name="maySwitch">Whether the request asks for another protocol, whose connection may be idle.</param>
    public ForwarderRequestConfig RequestConfig(bool isHttp2, bool maySwitch) => _kestrel!.RequestConfig(isHttp2, maySwitch);

    /// <summary>A request that could not be read was answered.</summary>
    public void Refused(SocketEndpoint from, SocketEndpoint target, int status)
    {
        counters.Refused(status);
        if (AccessLog is not { Format: not AccessLogFormat.Off } log)
            return;
        var request = AccessTrail.Unread with { Time = log.Now };
        log.Write(new AccessConnection(direction, from, target), request, AccessTrail.Refusal(status));
    }

    public async Task StopAsync(CancellationToken now)
    {
        if (_kestrel is not null)
            await _kestrel.StopAsync(now);
        _client?.Dispose();
    }
}
