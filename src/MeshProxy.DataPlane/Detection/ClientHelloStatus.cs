namespace MeshProxy.DataPlane.Detection;

/// <summary>How far the reading of a ClientHello came.</summary>
internal enum ClientHelloStatus
{
    NeedMore,
    NotTls,
    Read,

    /// <summary>
    /// Begins as a ClientHello and then contradicts its own lengths, or is longer than is read. It is TLS, without names.
    /// </summary>
    Malformed,
}
