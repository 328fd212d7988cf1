namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>A table entry as an observer keeps it. The text of a known text header lies in the dynamic table's ring.</summary>
/// <param name="Size">Name, value and <see cref="Overhead"/>, decoded (RFC 7541 §4.1): what eviction counts.</param>
/// <param name="Code">The value, where it is kept as a number.</param>
internal readonly record struct TableEntry(int NameLength, int Size, KnownHeader Header, ushort Code, int TextStart = 0, int TextLength = 0)
{
    public const int Overhead = 32;
}
