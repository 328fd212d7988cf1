using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.DataPlane.Telemetry.Access;

/// <summary>
/// The requests in flight on one connection, from their head to the line that is written when they end. Exists only where an access log is
/// written; costs an allocation per text, which is why it is off by default.
/// </summary>
internal sealed class AccessTrail(AccessLog log, AccessLogFormat format, AccessConnection connection)
{
    public const string Completed = "completed";
    public const string CutOff = "cut_off";
    public const string Refused = "refused";
    public const string Unobserved = "unobserved";

    /// <summary>Of an HTTP/1 request that could not be read.</summary>
    public static readonly AccessRequest Unread = new(default, "-", "", "HTTP/1.1", "", "");

    /// <summary>By stream; the requests of an HTTP/1 connection are numbered.</summary>
    private readonly Dictionary<int, AccessRequest> _inFlight = [];
    private int _began;
    private int _ended;

    public void Began(in RequestHead head) => _inFlight[_began++] = Request(head);

    /// <summary>HTTP/1: the oldest in flight has ended.</summary>
    public void Ended(in Exchange exchange, double seconds, string word) =>
        End(_ended++, new AccessEnd(exchange.Status, -1, exchange.RequestBytes, exchange.ResponseBytes, seconds, word));

    /// <summary>HTTP/1 has become HTTP/2: the one request in flight goes on as stream 1.</summary>
    public void BecameStream()
    {
        if (_inFlight.Remove(_ended, out var request))
            _inFlight[1] = request;
    }

    public void Began(int stream, HeaderFields fields) => _inFlight[stream] = Request(fields);

    public void Ended(in Http2Stream stream, double seconds) => End(stream.Id, new AccessEnd(
        stream.Status, stream.GrpcStatus, stream.RequestBytes, stream.ResponseBytes, seconds, WordFor(stream.End)));

    /// <summary>HTTP/2: answered by the proxy itself; nothing of it went to an upstream.</summary>
    public void Answered(HeaderFields fields, int status) => log.Write(format, connection, Request(fields), Refusal(status));

    /// <summary>HTTP/1: as <see cref="Answered(HeaderFields, int)"/>.</summary>
    /// <param name="bytes">What the client has sent; its head may not be whole.</param>
    public void Answered(ReadOnlySpan<byte> bytes, int status)
    {
        var parser = default(RequestParser);
        if (parser.Next(bytes, Http1Limits.Default).Kind == Http1StepKind.Head)
            log.Write(format, connection, Request(parser.Head(bytes)), Refusal(status));
        else
            AnsweredUnread(status);
    }

    /// <summary>HTTP/1: answered by the proxy itself, because it is no request that could be read.</summary>
    public void AnsweredUnread(int status) => log.Write(format, connection, Unread with { Time = log.Now }, Refusal(status));

    /// <summary>Of a request that the proxy has answered itself.</summary>
    public static AccessEnd Refusal(int status) => new(status, -1, 0, 0, 0, Refused);

    private void End(int id, in AccessEnd end)
    {
        if (_inFlight.Remove(id, out var request))
            log.Write(format, connection, request, end);
    }

    private AccessRequest Request(in RequestHead head) => new(
        log.Now, AccessText.Of(head.MethodText), AccessText.Of(head.Target), head.IsHttp10 ? "HTTP/1.0" : "HTTP/1.1",
        AccessText.Of(head.Host), AccessText.Of(head.UserAgent));

    private AccessRequest Request(HeaderFields fields) => new(
        log.Now, AccessText.Of(fields.MethodText), AccessText.Of(fields.Path), "HTTP/2.0",
        AccessText.Of(fields.Authority), AccessText.Of(fields.UserAgent));

    private static string WordFor(Http2StreamEnd end) => end switch
    {
        Http2StreamEnd.Completed => Completed,
        Http2StreamEnd.ResetByClient => "reset_by_client",
        Http2StreamEnd.ResetByServer => "reset_by_server",
        Http2StreamEnd.AnsweredByProxy => Refused,
        Http2StreamEnd.Unobserved => Unobserved,
        _ => CutOff,
    };
}
