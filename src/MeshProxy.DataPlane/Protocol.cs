namespace MeshProxy.DataPlane;

/// <summary>What a connection carries, as far as it matters to the proxy.</summary>
public enum Protocol : byte
{
    Opaque,
    Http1,
    Http2,
    Tls,
}
