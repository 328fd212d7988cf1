namespace MeshProxy.PodTests.Faults;

/// <summary>What client and server speak.</summary>
public enum Speech
{
    Opaque,
    Http1,
    Http2,
    Grpc,
}
