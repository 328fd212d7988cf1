namespace MeshProxy.DataPlane.Connections;

/// <summary>How it was decided what a connection carries: the <c>result</c> of <c>meshproxy_detections_total</c>.</summary>
internal enum DetectionOutcome : byte
{
    Http1,
    Http2,
    Tls,
    OpaquePort,
    ServerFirst,
    NotHttp,
    Timeout,

    /// <summary>The client ended its side before its bytes could decide.</summary>
    Eof,

    /// <summary>An earlier connection to the same destination had been found opaque.</summary>
    Learned,
}
