namespace MeshProxy.DataPlane.Http;

/// <summary>Text of our own on a wire: printable ASCII, all else as a question mark, so that it can end no line and no field.</summary>
internal static class Printable
{
    public static void Write(Span<byte> destination, ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
            destination[i] = text[i] is >= ' ' and <= '~' ? (byte)text[i] : (byte)'?';
    }
}
