using System.Diagnostics;
using System.Globalization;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Routing.Tracing;

/// <summary>
/// The spans of one request: ours, and one per try. Empty, and free, where nobody wants them. Names follow OpenTelemetry's HTTP
/// conventions.
/// </summary>
internal struct RequestSpan(Activity? server)
{
    private Activity? _upstream;

    /// <summary>The backend sees the span of its try as its parent (W3C Trace Context).</summary>
    public void BeginUpstream(HttpRequestMessage request, SocketEndpoint address, int tries)
    {
        if (server is null)
            return;
        _upstream = RouteTracing.Source.StartActivity(request.Method.Method, ActivityKind.Client, server.Context);
        if (_upstream is null)
            return;
        _upstream.SetTag("http.request.method", request.Method.Method);
        _upstream.SetTag("server.address", address.ToIPAddress().ToString());
        _upstream.SetTag("server.port", (int)address.Port);
        if (tries > 1)
            _upstream.SetTag("http.request.resend_count", tries - 1);
        request.Headers.Remove("traceparent");
        request.Headers.TryAddWithoutValidation("traceparent", _upstream.Id);
    }

    public void EndUpstream(int status, Exception? failure)
    {
        if (_upstream is null)
            return;
        if (failure is null)
            SetStatus(_upstream, status, isError: status >= 400);
        else
            _upstream.SetTag("error.type", failure.GetType().FullName).SetStatus(ActivityStatusCode.Error);
        _upstream.Stop();
        _upstream = null;
    }

    public readonly void End(int status)
    {
        if (server is null)
            return;
        SetStatus(server, status, isError: status >= 500);
        server.Stop();
    }

    private static void SetStatus(Activity span, int status, bool isError)
    {
        span.SetTag("http.response.status_code", status);
        if (isError)
            span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
    }
}
