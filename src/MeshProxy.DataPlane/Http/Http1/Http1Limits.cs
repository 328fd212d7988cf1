namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// Bounds of what one connection may make the proxy hold or count. All in bytes or pieces; a message that exceeds one is refused.
/// </summary>
/// <param name="RequestLineBytes">Method, target and version (414). RFC 9112 §3 recommends at least 8000.</param>
/// <param name="HeadBytes">Start line and fields (431): what a caller holds at most before it may pass on.</param>
/// <param name="Fields">Fields of a head (431), as Apache and Kestrel have it.</param>
/// <param name="TrailerBytes">The whole trailer section.</param>
/// <param name="ChunkLineBytes">Chunk size with its extensions.</param>
/// <param name="InformationalResponses">1xx responses to one request.</param>
internal sealed record Http1Limits(
    int RequestLineBytes = 8 * 1024,
    int HeadBytes = 64 * 1024,
    int Fields = 100,
    int TrailerBytes = 8 * 1024,
    int ChunkLineBytes = 4 * 1024,
    int InformationalResponses = 32)
{
    public static Http1Limits Default { get; } = new();
}
