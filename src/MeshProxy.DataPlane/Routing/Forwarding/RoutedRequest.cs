using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Routing.Matching;
using MeshProxy.DataPlane.Routing.Tracing;
using MeshProxy.DataPlane.Settings;
using MeshProxy.DataPlane.Telemetry.Access;
using MeshProxy.Transport.Kestrel;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>
/// One request from its head to the end of its response: (1) matched, (2) tried, at one address after the other where it may be repeated,
/// (3) answered by a backend or by us, (4) counted. As a transformer it stands between the forwarder and both messages.
/// </summary>
internal sealed class RoutedRequest : HttpTransformer
{
    /// <summary>For the first answer of a name server; resolvers ask a second time after 5 s.</summary>
    private static readonly TimeSpan NamePatience = TimeSpan.FromSeconds(5);

    /// <summary>Times a request is sent that no backend processes: as often as the HTTP client itself sends one without a body.</summary>
    private const int MostUnprocessed = 3;

    private readonly DirectionRouting _routing;
    private readonly RoutedConnection _connection;
    private readonly HttpContext _context;
    private readonly Route? _route;
    private readonly RouteRetries _retries;
    private readonly bool _isGrpc;
    private readonly bool _isSentInHttp2;
    private readonly bool _maySwitch;
    private readonly bool _mayRepeatSent;
    private readonly long _began;
    private readonly RoutedAccess? _access;
    private readonly ReplayableBody? _body;
    private CancellationTokenSource? _deadline;
    private HttpRequestMessage? _sent;
    private UpstreamEndpoint? _upstream;
    private RequestSpan _span;
    private long _triedAt;
    private int _tries;
    private int _unprocessed;
    private int? _grpcStatus;
    private UpstreamOutcome _outcome;
    private bool _isTakenBack;
    private bool _isOurAnswer;

    // 1. Matched.
    public RoutedRequest(DirectionRouting routing, RoutedConnection connection, HttpContext context)
    {
        (_routing, _connection, _context) = (routing, connection, context);
        _access = RoutedAccess.Begin(routing.AccessLog, routing.Direction, connection.Target, context);
        _began = routing.Time.GetTimestamp();
        _route = routing.Table.Find(connection.Target, context.Request);
        _retries = _route?.Settings.Retries ?? RouteRetries.Default;
        _isGrpc = RequestMatcher.IsGrpc(context.Request);
        _isSentInHttp2 = DirectionRouting.IsSentInHttp2(context.Request, _route);
        _maySwitch = MaySwitch(context);
        _mayRepeatSent = _retries.Limit > 0 && _retries.Methods.Contains(context.Request.Method);
        var mayBeRepeated = _isSentInHttp2 || _mayRepeatSent || _isGrpc && _retries is { Limit: > 0, GrpcStatuses.IsEmpty: false };
        if (mayBeRepeated && !_maySwitch && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            context.Request.Body = _body = new ReplayableBody(context.Request.Body, _retries.BodyBytes);
    }

    /// <summary>Whether YARP passes a request for another protocol on as one.</summary>
    private static bool MaySwitch(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
            return context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
        var protocol = context.Request.Headers.Upgrade.ToString();
        return protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase)
            || protocol.StartsWith("SPDY/", StringComparison.OrdinalIgnoreCase);
    }

    private TimeSpan Timeout =>
        _route is { Settings.Timeout: var own } && own > TimeSpan.Zero ? own : _routing.Settings.Http.Timeouts.Request;

    public async Task RunAsync()
    {
        _routing.Counters.Began();
        _route?.Budget.OnRequest();
        _span = _routing.Tracing?.BeginServer(_context, _route?.Settings.Name) ?? default;
        try
        {
            await ForwardAsync();
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !_context.Response.HasStarted)
        {
            // As Kestrel will answer it.
            _context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            throw;
        }
        finally
        {
            Count();
            _span.End(_context.Response.StatusCode);
            _deadline?.Dispose();
        }
    }

    // 2. Tried.
    private async Task ForwardAsync()
    {
        while (true)
        {
            var failure = Choose();
            if (failure == UpstreamFailure.NoAddress && await HaveNamesBeenAskedAsync())
                failure = Choose();
            failure ??= await TryAsync();
            if (failure is null && !_isTakenBack)
                return;
            if (failure is null || MayRepeat(failure.Value))
            {
                RoutedAnswer.Clear(_context);
                _context.Features.Set<IForwarderErrorFeature>(null);
                if (failure != UpstreamFailure.NotProcessed)
                    await BackOffAsync();
                continue;
            }
            Answer(failure.Value);
            return;
        }
    }

    /// <returns>Null where an address was found that may be asked.</returns>
    private UpstreamFailure? Choose()
    {
        var next = _route is { Backends.IsEmpty: false }
            ? Balancer.Choose(_route.Backends, _upstream, _routing.NowMilliseconds, Random.Shared)
            : _connection.Original;
        if (next is null)
            return UpstreamFailure.NoAddress;
        _upstream = next;
        return _routing.Refusal(next.Address);
    }

    /// <summary>A request may come before the first answer for a name of its route: after a start, after a reload.</summary>
    private async Task<bool> HaveNamesBeenAskedAsync()
    {
        var asked = Task.WhenAll(_route!.Backends.Select(weighted => weighted.Backend.Asked));
        if (asked.IsCompleted)
            return false;
        await Task.WhenAny(asked, Task.Delay(NamePatience, _routing.Time, _context.RequestAborted));
        return true;
    }

    private async Task<UpstreamFailure?> TryAsync()
    {
        var upstream = _upstream!;
        (_isTakenBack, _outcome) = (false, UpstreamOutcome.Unknown);
        SetDeadline();
        // The copy of the try before has ended, with its forwarder.
        _body?.Rewind();
        _triedAt = _routing.Time.GetTimestamp();
        _tries++;
        var wasProbe = upstream.Begin(_routing.NowMilliseconds);
        UpstreamFailure? failure = null;
        try
        {
            var error = await _routing.Forwarder.SendAsync(
                _context, upstream.Prefix, _routing.Client, _routing.RequestConfig(_isSentInHttp2, _maySwitch), this,
                _deadline?.Token ?? CancellationToken.None);
            failure = FailureOf(error);
        }
        finally
        {
            End(upstream, wasProbe);
        }
        return failure;
    }

    /// <returns>Null where a response began, and where the client has left.</returns>
    private UpstreamFailure? FailureOf(ForwarderError error)
    {
        var cause = _context.Features.Get<IForwarderErrorFeature>()?.Exception;
        _span.EndUpstream(_context.Response.StatusCode, error == ForwarderError.None ? null : cause);
        if (error == ForwarderError.None || _context.Response.HasStarted || _context.RequestAborted.IsCancellationRequested)
            return null;
        if (_sent?.Content is SingleUseContent { WasAskedAgain: true })
            return UpstreamFailure.NotProcessed;
        if (error is ForwarderError.RequestBodyClient && _sent?.Content is not SingleUseContent { WasCancelled: true })
            return new UpstreamFailure(400, "request", "body cut off", WasSent: true);
        _outcome = UpstreamOutcome.Failure;
        return _deadline is { IsCancellationRequested: true } || error == ForwarderError.RequestTimedOut
            ? UpstreamFailure.TimedOut
            : UpstreamFailure.From(cause);
    }

    private void End(UpstreamEndpoint upstream, bool wasProbe)
    {
        var ejection = _route?.Settings.Ejection ?? RouteEjection.Default;
        if (!upstream.End(_outcome, wasProbe, ejection, _routing.NowMilliseconds, Random.Shared.NextDouble()))
            return;
        _routing.Counters.Ejected();
        _routing.Log.Ejected(_route!.Settings.Name, upstream.Prefix, upstream.Address);
    }

    private bool MayRepeat(in UpstreamFailure failure) =>
        failure.Status is not (403 or 400) && failure.Cause != UpstreamFailure.Loop.Cause
        && (!failure.WasSent || _mayRepeatSent) && !IsTimeOver()
        && (failure == UpstreamFailure.NotProcessed ? MaySendAgain() : TryTakeRetry());

    /// <summary>No repetition, for the request has not been processed anywhere: asks for no route and no budget.</summary>
    private bool MaySendAgain()
    {
        if (_unprocessed == MostUnprocessed || _body is { } body && !body.TryFreeze())
            return false;
        _unprocessed++;
        _tries--;
        _routing.Counters.Retried();
        return true;
    }

    /// <summary>Asked last, for it takes from the budget.</summary>
    private bool TryTakeRetry()
    {
        if (_route is null || _tries > _retries.Limit || _body is { IsKept: false })
            return false;
        if (!_route.Budget.TryTake())
        {
            _routing.Counters.RetryDenied();
            return false;
        }
        if (_body is { } body && !body.TryFreeze())
            return false;
        _routing.Counters.Retried();
        return true;
    }

    private Task BackOffAsync()
    {
        var longest = Math.Min(_retries.MaxBackoff.TotalMilliseconds, _retries.Backoff.TotalMilliseconds * Math.Pow(2, _tries - 1));
        var pause = TimeSpan.FromMilliseconds(longest * Random.Shared.NextDouble());
        return pause > TimeSpan.Zero ? Task.Delay(pause, _routing.Time, _context.RequestAborted) : Task.CompletedTask;
    }

    /// <summary>Of this try: to its response's head where a try is limited, else to the end of the response.</summary>
    private void SetDeadline()
    {
        ForgetTimeout();
        var (total, perTry) = (Timeout, _retries.PerTryTimeout);
        if (total == TimeSpan.Zero && perTry == TimeSpan.Zero)
            return;
        var rest = total == TimeSpan.Zero ? System.Threading.Timeout.InfiniteTimeSpan : Rest();
        _deadline?.Dispose();
        _deadline = new CancellationTokenSource(
            perTry > TimeSpan.Zero && (total == TimeSpan.Zero || perTry < rest) ? perTry : rest, _routing.Time);
        if (_context.Features.Get<HandedOverContext>() is { } connection && HttpProtocol.IsHttp11(_context.Request.Protocol))
            _deadline.Token.UnsafeRegister(SayTimeout, connection);
    }

    private static void SayTimeout(object? connection) => ((HandedOverContext)connection!).AbortReason = CloseReason.RequestTimeout;

    /// <summary>Of a try before, or of a request before: this one's connection has not timed out.</summary>
    private void ForgetTimeout()
    {
        if (_context.Features.Get<HandedOverContext>() is { AbortReason: CloseReason.RequestTimeout } connection)
            connection.AbortReason = CloseReason.RequestRefused;
    }

    private TimeSpan Rest()
    {
        var rest = Timeout - _routing.Time.GetElapsedTime(_began);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private bool IsTimeOver() => Timeout > TimeSpan.Zero && Rest() == TimeSpan.Zero;

    // 3. Answered.
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        _sent = proxyRequest;
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        HopHeaders.Complete(httpContext.Request.Headers, proxyRequest);
        proxyRequest.RequestUri = UpstreamUri.Of(destinationPrefix, httpContext);
        if (_route is { Settings: var settings })
        {
            if (settings.Forwarded)
                HeaderEdits.AddForwarded(httpContext, proxyRequest);
            HeaderEdits.Apply(settings.RequestHeaders, proxyRequest);
        }
        _span.BeginUpstream(proxyRequest, _upstream!.Address, _tries);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
            return false;
        var now = _routing.NowMilliseconds;
        _upstream!.Answered(_routing.Time.GetElapsedTime(_triedAt).TotalMilliseconds, now);
        var status = (int)proxyResponse.StatusCode;
        SeeGrpcStatus(proxyResponse.Headers);
        _outcome = status >= 500 || IsFailure(_grpcStatus) ? UpstreamOutcome.Failure : UpstreamOutcome.Success;
        HonourRetryAfter(proxyResponse, now);
        if (IsToBeRepeated(status) && !IsTimeOver() && TryTakeRetry())
        {
            _isTakenBack = true;
            return false;
        }
        var isSwitched = IsSwitch(status);
        _deadline?.CancelAfter(Timeout > TimeSpan.Zero && !isSwitched ? Rest() : System.Threading.Timeout.InfiniteTimeSpan);
        await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        HopHeaders.Complete(proxyResponse.Headers, httpContext.Response.Headers);
        if (isSwitched && _connection.Gate is { } gate)
            _context.Features.Get<HandedOverContext>()!.SwitchDecided(gate.Request, isSwitched: true);
        if (_route is not null)
            HeaderEdits.Apply(_route.Settings.ResponseHeaders, httpContext.Response.Headers);
        return true;
    }

    /// <summary>The backend speaks what was asked for: in HTTP/1 that is 101, in HTTP/2 a successful extended CONNECT.</summary>
    private bool IsSwitch(int status)
    {
        if (status != StatusCodes.Status101SwitchingProtocols)
            return status == StatusCodes.Status200OK && _sent!.Headers.Protocol is not null;
        return _maySwitch ? true : throw new HttpRequestException(HttpRequestError.InvalidResponse, "a switch that nobody asked for");
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        SeeGrpcStatus(proxyResponse.TrailingHeaders);
        if (IsFailure(_grpcStatus))
            _outcome = UpstreamOutcome.Failure;
        return base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
    }

    private void Answer(in UpstreamFailure failure)
    {
        ForgetTimeout();
        var target = _upstream?.Address ?? _connection.Target;
        var words = string.Create(CultureInfo.InvariantCulture, $"{failure.Phase}, {target}, {failure.Cause}");
        _isOurAnswer = true;
        _grpcStatus = RoutedAnswer.Write(_context, failure.Status, words);
    }

    private bool IsToBeRepeated(int status) =>
        _mayRepeatSent && _retries.Statuses.Contains(status)
        || _isGrpc && _grpcStatus is { } grpc && _retries.GrpcStatuses.Contains(grpc);

    private void SeeGrpcStatus(HttpResponseHeaders headers)
    {
        if (_isGrpc && headers.NonValidated.TryGetValues("grpc-status", out var text)
            && int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            _grpcStatus = status;
    }

    /// <summary>DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE, DATA_LOSS: what says something of the server.</summary>
    private static bool IsFailure(int? grpcStatus) => grpcStatus is 4 or 8 or 13 or 14 or 15;

    private void HonourRetryAfter(HttpResponseMessage response, double now)
    {
        if (_route is null || response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
            || response.Headers.RetryAfter is not { } after)
            return;
        var pause = after.Delta ?? after.Date - _routing.Time.GetUtcNow() ?? TimeSpan.Zero;
        if (pause > TimeSpan.Zero)
            _upstream!.PutAside(now, Math.Min(pause.TotalMilliseconds, _route.Settings.Ejection.Longest.TotalMilliseconds));
    }

    // 4. Counted.
    private void Count()
    {
        var isLost = _context.RequestAborted.IsCancellationRequested && !_context.Response.HasStarted;
        Span<byte> token = stackalloc byte[16];
        var method = _context.Request.Method.Length <= token.Length
            ? RequestMethods.Parse(token[..Encoding.Latin1.GetBytes(_context.Request.Method, token)])
            : RequestMethod.Other;
        var status = isLost ? 0 : _context.Response.StatusCode;
        var seconds = _routing.Time.GetElapsedTime(_began).TotalSeconds;
        _routing.Counters.Ended(method, status, _isGrpc ? _grpcStatus ?? -1 : null, seconds);
        _access?.End(status, _grpcStatus, seconds, EndWord());
    }

    private string EndWord()
    {
        if (_isOurAnswer)
            return AccessTrail.Refused;
        return _context.RequestAborted.IsCancellationRequested ? AccessTrail.CutOff : AccessTrail.Completed;
    }
}
