using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.DataPlane.Telemetry.Access;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>
/// The access log's line of one routed request. Its byte counts are those of the bodies, for here the heads of both sides are two different
/// ones; what passes after an upgrade is its connection's.
/// </summary>
internal sealed class RoutedAccess
{
    private readonly RoutingAccessLog _log;
    private readonly AccessConnection _connection;
    private readonly AccessRequest _request;
    private readonly CountedStream _sent;
    private readonly CountedStream _received;

    private RoutedAccess(RoutingAccessLog log, Direction direction, SocketEndpoint target, HttpContext context)
    {
        _log = log;
        var from = context.Connection;
        var client = from.RemoteIpAddress is { } address ? SocketEndpoint.From(address, from.RemotePort) : default;
        _connection = new AccessConnection(direction, client, target);
        _request = Request(context, log.Now);
        context.Request.Body = _sent = new CountedStream(context.Request.Body);
        context.Response.Body = _received = new CountedStream(context.Response.Body);
    }

    /// <summary>Before anything is read. Null where no access log is written.</summary>
    public static RoutedAccess? Begin(RoutingAccessLog? log, Direction direction, SocketEndpoint target, HttpContext context) =>
        log is { Format: not AccessLogFormat.Off } ? new RoutedAccess(log, direction, target, context) : null;

    public void End(int status, int? grpcStatus, double seconds, string word) =>
        _log.Write(_connection, _request, new AccessEnd(status, grpcStatus ?? -1, _sent.Bytes, _received.Bytes, seconds, word));

    private static AccessRequest Request(HttpContext context, DateTimeOffset now) => new(
        now,
        Text(context.Request.Method),
        Text(context.Features.Get<IHttpRequestFeature>()?.RawTarget),
        HttpProtocol.IsHttp2(context.Request.Protocol) ? "HTTP/2.0" : context.Request.Protocol,
        Text(context.Request.Host.Value),
        Text(context.Request.Headers.UserAgent.ToString()));

    /// <summary>Kestrel decodes as Latin-1 here: these are the client's own bytes again.</summary>
    private static string Text(string? text) => AccessText.Of(Encoding.Latin1.GetBytes(text ?? ""));
}
