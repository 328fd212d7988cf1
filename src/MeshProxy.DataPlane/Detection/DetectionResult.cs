namespace MeshProxy.DataPlane.Detection;

/// <summary>What the bytes a client has sent so far say about its protocol.</summary>
internal enum DetectionResult
{
    /// <summary>Still the beginning of something that would be recognised.</summary>
    NeedMore,
    Http1,
    Http2,
    Tls,

    /// <summary>None of the others, whatever follows.</summary>
    NotHttp,
}
