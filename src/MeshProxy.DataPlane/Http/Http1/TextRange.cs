namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>A stretch of a head, counted from its first byte; it outlives the buffer the head was read into.</summary>
internal readonly record struct TextRange(int Start, int Length)
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> head) => head.Slice(Start, Length);
}
