using MeshProxy.DataPlane.Connections;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>How it was decided what a connection carries, for people.</summary>
internal static class DetectionWords
{
    public static string Of(DetectionOutcome outcome) => outcome switch
    {
        DetectionOutcome.Http1 => "the client sent an HTTP/1 request",
        DetectionOutcome.Http2 => "the client sent the HTTP/2 preface",
        DetectionOutcome.Tls => "the client sent a TLS hello",
        DetectionOutcome.OpaquePort => "the port is marked opaque",
        DetectionOutcome.ServerFirst => "the server spoke first",
        DetectionOutcome.NotHttp => "the client sent neither HTTP nor TLS",
        DetectionOutcome.Timeout => "neither side spoke in time",
        DetectionOutcome.Eof => "the client ended before it could be told",
        DetectionOutcome.Learned => "known opaque from an earlier connection",
        _ => Labels.Of(outcome),
    };
}
