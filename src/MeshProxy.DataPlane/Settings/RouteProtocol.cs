namespace MeshProxy.DataPlane.Settings;

/// <summary>What a backend is spoken to in.</summary>
public enum RouteProtocol : byte
{
    /// <summary>Whatever the client speaks. The default.</summary>
    Same,
    Http1,

    /// <summary>With prior knowledge (RFC 9113 §3.3).</summary>
    Http2,
}
