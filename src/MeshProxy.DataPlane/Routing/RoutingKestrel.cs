using System.Net;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Kestrel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace MeshProxy.DataPlane.Routing;

/// <summary>
/// Kestrel for one direction: its limits are the direction's, and it listens twice, for a connection without TLS is told its version by
/// where it arrives. What Kestrel limits by itself is off, for long polls and streams are cut by nobody who was not asked to.
/// </summary>
internal sealed class RoutingKestrel
{
    /// <summary>As long as the longest head that is observed.</summary>
    private const int LongestHead = 60 * 1024;

    private static readonly ForwarderRequestConfig SwitchOverHttp1 = Config(HttpVersion.Version11, Timeout.InfiniteTimeSpan);
    private static readonly ForwarderRequestConfig SwitchOverHttp2 = Config(HttpVersion.Version20, Timeout.InfiniteTimeSpan);

    private readonly HandoverListener _http1;
    private readonly HandoverListener _http2;
    private readonly KestrelServerOptions _options = new()
    {
        AddServerHeader = false,
        AllowHostHeaderOverride = true,
        AllowAlternateSchemes = true,
    };

    private readonly KestrelServer _kestrel;
    private volatile ForwarderRequestConfig _http1Config = new();
    private volatile ForwarderRequestConfig _http2Config = new();

    private RoutingKestrel(Direction direction, RefusedRequests refused)
    {
        _http1 = new HandoverListener(new HandoverEndPoint($"{direction} routes, HTTP/1"));
        _http2 = new HandoverListener(new HandoverEndPoint($"{direction} routes, HTTP/2"));
        _options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        _options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        var limits = _options.Limits;
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestLineSize = LongestHead;
        limits.MaxRequestHeadersTotalSize = LongestHead;
        limits.MaxRequestHeaderCount = 1000;
        limits.Http2.MaxRequestHeaderFieldSize = LongestHead;
        limits.Http2.MaxStreamsPerConnection = 1000;
        _options.Listen(_http1.EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(refused.Follow);
        });
        _options.Listen(_http2.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        _kestrel = new KestrelServer(Options.Create(_options), new HandoverListenerFactory(_http1, _http2), refused);
    }

    public static RoutingKestrel Start(DirectionRouting routing, ILoggerFactory loggers)
    {
        var kestrel = new RoutingKestrel(routing.Direction, new RefusedRequests(routing, loggers));
        kestrel.Apply(routing.Settings.Http.Timeouts);
        kestrel._kestrel.StartAsync(new RoutingApplication(routing), CancellationToken.None).GetAwaiter().GetResult();
        return kestrel;
    }

    public HandoverListener Listener(Protocol protocol) => protocol == Protocol.Http2 ? _http2 : _http1;

    /// <summary>For connections that are handed over from now on; a stream's idle time for requests.</summary>
    public void Apply(HttpTimeouts timeouts)
    {
        _options.Limits.KeepAliveTimeout = OrNever(timeouts.KeepAlive);
        _options.Limits.RequestHeadersTimeout = OrNever(timeouts.RequestHead);
        _http1Config = Config(HttpVersion.Version11, OrNever(timeouts.StreamIdle));
        _http2Config = Config(HttpVersion.Version20, OrNever(timeouts.StreamIdle));
    }

    public ForwarderRequestConfig RequestConfig(bool isHttp2, bool maySwitch) => (isHttp2, maySwitch) switch
    {
        (false, false) => _http1Config,
        (true, false) => _http2Config,
        (false, true) => SwitchOverHttp1,
        (true, true) => SwitchOverHttp2,
    };

    public Task StopAsync(CancellationToken now) => _kestrel.StopAsync(now).ContinueWith(
        static (_, kestrel) => ((KestrelServer)kestrel!).Dispose(), _kestrel, TaskScheduler.Default);

    private static TimeSpan OrNever(TimeSpan timeout) => timeout == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : timeout;

    private static ForwarderRequestConfig Config(Version version, TimeSpan idle) => new()
    {
        Version = version,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = idle,
    };
}
