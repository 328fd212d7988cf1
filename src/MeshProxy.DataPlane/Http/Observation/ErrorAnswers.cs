using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.DataPlane.Settings;
using MeshProxy.DataPlane.Telemetry.Access;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>The proxy's own answers as byte arrays: an error is rare enough for one.</summary>
internal static class ErrorAnswers
{
    public static byte[] Http1(int status, string cause)
    {
        Span<byte> buffer = stackalloc byte[ErrorResponse.MaxLength];
        return buffer[..ErrorResponse.Write(buffer, status, cause)].ToArray();
    }

    public static byte[] GoAway(int lastStreamId, Http2ErrorCode code, string debug)
    {
        Span<byte> buffer = stackalloc byte[Http2Frames.MaxGoAwayLength];
        return buffer[..Http2Frames.WriteGoAway(buffer, lastStreamId, code, debug)].ToArray();
    }

    /// <summary>
    /// All of a server's words on an HTTP/2 connection that never got one: SETTINGS, an answer to each request that has come (gRPC's as
    /// UNAVAILABLE and the like), GOAWAY.
    /// </summary>
    /// <param name="clientBytes">What the client has sent, from its preface on.</param>
    /// <param name="hasRequest">Whether there was a request to answer; it may still be on its way behind the preface.</param>
    public static byte[] Http2(
        ReadOnlySpan<byte> clientBytes, int status, string cause, HeaderFields fields, AccessTrail? access, out bool hasRequest)
    {
        var words = new List<byte>();
        Span<byte> buffer = stackalloc byte[Http2ErrorResponse.MaxLength];
        words.AddRange(buffer[..Http2Frames.WriteSettings(buffer)]);
        var observer = new Http2Observer(Http2Limits.Default, FramingPolicy.Refuse, fields);
        hasRequest = false;
        for (; observer.NextFromClient(clientBytes, 0) is { Bytes: > 0 } step; clientBytes = clientBytes[step.Bytes..])
        {
            if (step.Kind != Http2StepKind.RequestHead)
                continue;
            var isGrpc = observer.Stream(step.StreamId).IsGrpc;
            words.AddRange(buffer[..Http2ErrorResponse.Write(buffer, step.StreamId, status, isGrpc, isFirst: !hasRequest, cause)]);
            hasRequest = true;
            access?.Answered(fields, status);
        }
        observer.Close();
        words.AddRange(buffer[..Http2Frames.WriteGoAway(buffer, observer.LastStreamId, Http2ErrorCode.NoError, cause)]);
        return [.. words];
    }
}
