using System.Net.Sockets;
using MeshProxy.DataPlane.Connections;
using MeshProxy.Transport.Linux;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>Why a try brought no response.</summary>
/// <param name="Phase">connect, request or response.</param>
/// <param name="WasSent">Whether a byte of the request may have arrived.</param>
internal readonly record struct UpstreamFailure(int Status, string Phase, string Cause, bool WasSent)
{
    public static UpstreamFailure TimedOut { get; } = new(504, "response", "timed out", WasSent: true);

    /// <summary>The backend has said so itself: GOAWAY below the request's stream, or REFUSED_STREAM.</summary>
    public static UpstreamFailure NotProcessed { get; } = new(503, "response", "not processed", WasSent: false);

    public static UpstreamFailure Denied { get; } = new(403, "connect", "denied by egress policy", WasSent: false);

    public static UpstreamFailure Loop { get; } = new(502, "connect", "loop", WasSent: false);

    public static UpstreamFailure NoAddress { get; } = new(503, "connect", "no address", WasSent: false);

    /// <param name="failure">What the HTTP client threw.</param>
    public static UpstreamFailure From(Exception? failure) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } connect => OfConnect(connect.InnerException),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
            new(502, "response", "bad response", WasSent: true),
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } =>
            new(502, "response", "closed without a response", WasSent: true),
        _ when FindSocketError(failure) is SocketError.ConnectionReset => new(502, "response", "reset", WasSent: true),
        _ => new(502, "response", "failed", WasSent: true),
    };

    private static UpstreamFailure OfConnect(Exception? cause)
    {
        var error = cause is SocketException socket ? (Errno)socket.NativeErrorCode : Errno.None;
        var (status, words) = ConnectFailures.AnswerFor(ConnectFailures.ReasonFor(error));
        return new(status, "connect", words, WasSent: false);
    }

    private static SocketError? FindSocketError(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is SocketException socket)
                return socket.SocketErrorCode;
        }
        return null;
    }
}
