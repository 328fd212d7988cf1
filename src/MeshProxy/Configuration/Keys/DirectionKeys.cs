using System.Collections.Immutable;
using MeshProxy.Configuration.Syntax;
using MeshProxy.Configuration.Syntax.Routes;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Configuration.Keys;

/// <summary>The rows that inbound and outbound have alike.</summary>
internal sealed class DirectionKeys(string direction, params ImmutableArray<SocketEndpoint> listen)
{
    /// <summary>Longer than any connection lives, and far from where milliseconds would not fit a 64-bit clock.</summary>
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    /// <summary>TCP_USER_TIMEOUT is an int of milliseconds, tcp(7).</summary>
    private static readonly TimeSpan LongestUserTimeout = TimeSpan.FromDays(24);

    /// <summary>MAX_TCP_KEEPIDLE and MAX_TCP_KEEPINTVL of the kernel, in seconds.</summary>
    private static readonly TimeSpan LongestKeepalive = TimeSpan.FromSeconds(32767);

    /// <summary>MAX_TCP_KEEPCNT of the kernel.</summary>
    private const int MostProbes = 127;

    public ConfigKey<ImmutableArray<SocketEndpoint>> Listen { get; } = new($"{direction}.listen", new EndpointListSyntax(), listen,
        "Where redirected connections are accepted. The default IPv6 address is left out where the pod has no IPv6.",
        ConfigReload.NeedsRestart);

    public ConfigKey<PortSet> OpaquePorts { get; } = new($"{direction}.opaquePorts", new PortSetSyntax(), PortSet.DefaultOpaque,
        "Original destination ports whose connections are relayed with no detection, for every address. "
        + "A list given here replaces the default one.");

    public ConfigKey<TimeSpan> DetectionTimeout { get; } = new($"{direction}.detection.timeout",
        new DurationSyntax(TimeSpan.FromHours(1)), TimeSpan.FromSeconds(10),
        "How long a connection may stay undecided before it is relayed as opaque, or as HTTP where a request line has begun. "
        + "Nobody waits for it: the upstream is dialled meanwhile. 0 makes every connection opaque.");

    public ConfigKey<TimeSpan> DialDelay { get; } = new($"{direction}.detection.dialDelay",
        new DurationSyntax(TimeSpan.FromMinutes(1)), TimeSpan.Zero,
        "How long a client has to speak before the upstream is dialled. 0 dials at once, which is never slower for anyone.");

    public ConfigKey<TimeSpan> RememberFor { get; } = new($"{direction}.detection.rememberFor",
        new DurationSyntax(TimeSpan.FromDays(1)), TimeSpan.FromMinutes(10),
        "How long a destination whose server spoke first, or where nobody spoke in time, is relayed with no detection. 0 learns nothing.");

    public ConfigKey<TimeSpan> ConnectTimeout { get; } = new($"{direction}.tcp.connectTimeout",
        new DurationSyntax(TimeSpan.FromHours(1)), TimeSpan.FromSeconds(10),
        "To the end of the TCP handshake with the upstream. 0 leaves it to the kernel, about 2 minutes.");

    public ConfigKey<TimeSpan> IdleTimeout { get; } = new($"{direction}.tcp.idleTimeout",
        new DurationSyntax(Year), TimeSpan.FromDays(5),
        "No byte in either direction for so long ends the connection. The default is when conntrack forgets it. 0 is never.");

    public ConfigKey<TimeSpan> HalfCloseTimeout { get; } = new($"{direction}.tcp.halfCloseTimeout",
        new DurationSyntax(Year), TimeSpan.FromHours(1),
        "One side has ended and the other has sent nothing for so long. 0 is never.");

    public ConfigKey<TimeSpan> UserTimeout { get; } = new($"{direction}.tcp.userTimeout",
        new DurationSyntax(LongestUserTimeout), TimeSpan.FromSeconds(60),
        "How long sent bytes may stay unacknowledged before the peer counts as dead (TCP_USER_TIMEOUT). 0 leaves it to the kernel.");

    public ConfigKey<TimeSpan> KeepaliveIdle { get; } = new($"{direction}.tcp.keepalive.idle",
        new DurationSyntax(LongestKeepalive, wholeSeconds: true), TimeSpan.FromSeconds(30),
        "Silence before the first probe. 0 turns probes off.");

    public ConfigKey<TimeSpan> KeepaliveInterval { get; } = new($"{direction}.tcp.keepalive.interval",
        new DurationSyntax(LongestKeepalive, shortest: TimeSpan.FromSeconds(1), wholeSeconds: true), TimeSpan.FromSeconds(10),
        "Between two probes.");

    public ConfigKey<int> KeepaliveCount { get; } = new($"{direction}.tcp.keepalive.count", new IntegerSyntax(1, MostProbes), 3,
        "Unanswered probes before the connection is given up.");

    public ConfigKey<FramingPolicy> HttpFraming { get; } = new($"{direction}.http.framing",
        new ChoiceSyntax<FramingPolicy>(("strict", FramingPolicy.Refuse), ("transparent", FramingPolicy.Transparent)), FramingPolicy.Refuse,
        "Messages that two recipients could read differently: strict refuses them with 400, transparent relays them and stops observing.");

    public ConfigKey<TimeSpan> HttpRequestHead { get; } = new($"{direction}.http.timeouts.requestHead",
        new DurationSyntax(TimeSpan.FromHours(1)), HttpTimeouts.Default.RequestHead,
        "From a request's first byte to the end of its head. 0 is never.");

    public ConfigKey<TimeSpan> HttpRequest { get; } = new($"{direction}.http.timeouts.request",
        new DurationSyntax(Year), HttpTimeouts.Default.Request,
        "From the end of a request's head to the end of its response. 0 is never. "
        + "A WebSocket or a CONNECT tunnel, once confirmed, is under tcp.idleTimeout alone.");

    public ConfigKey<TimeSpan> HttpStreamIdle { get; } = new($"{direction}.http.timeouts.streamIdle",
        new DurationSyntax(Year), HttpTimeouts.Default.StreamIdle,
        "No byte of a request or response that is under way; a WebSocket or a tunnel is none. 0 is never.");

    public ConfigKey<TimeSpan> HttpKeepAlive { get; } = new($"{direction}.http.timeouts.keepAlive",
        new DurationSyntax(Year), HttpTimeouts.Default.KeepAlive,
        "No request on an open connection. 0 is never.");

    public ConfigKey<ImmutableArray<RouteSettings>> Routes { get; } = new($"{direction}.routes", RouteSyntax.List, [],
        "HTTP that is terminated and goes where a route says, by the first that matches; the rest is observed.");

    public ImmutableArray<ConfigKey> All =>
    [
        Listen, OpaquePorts, DetectionTimeout, DialDelay, RememberFor,
        ConnectTimeout, IdleTimeout, HalfCloseTimeout, UserTimeout,
        KeepaliveIdle, KeepaliveInterval, KeepaliveCount,
        HttpFraming, HttpRequestHead, HttpRequest, HttpStreamIdle, HttpKeepAlive,
        Routes,
    ];

    public ImmutableArray<(string Path, string Description)> Sections =>
    [
        ($"{direction}.detection", "Telling a connection's protocol from its first bytes."),
        ($"{direction}.tcp", "Timeouts and probes of both sockets of a connection."),
        ($"{direction}.tcp.keepalive", "TCP keepalive; together shorter than conntrack's shortest timeout."),
        ($"{direction}.http", "HTTP that is observed as it passes."),
        ($"{direction}.http.timeouts", "Bounds of observed HTTP."),
    ];
}
