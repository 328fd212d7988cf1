namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>A field line, <c>name ":" OWS value OWS</c> (RFC 9112 §5), with no control character in it any more.</summary>
internal static class FieldLine
{
    /// <param name="valueStart">Where the trimmed value begins in the line.</param>
    public static FramingError Split(
        ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out int valueStart)
    {
        name = value = default;
        valueStart = 0;
        var end = line.IndexOfAnyExcept(HttpCharacters.Token);
        if (end <= 0 || line[end] != ':')
            return Explain(line, end);
        name = line[..end];
        valueStart = end + 1;
        while (valueStart < line.Length && IsSpace(line[valueStart]))
            valueStart++;
        var valueEnd = line.Length;
        while (valueEnd > valueStart && IsSpace(line[valueEnd - 1]))
            valueEnd--;
        value = line[valueStart..valueEnd];
        return FramingError.None;
    }

    private static FramingError Explain(ReadOnlySpan<byte> line, int end)
    {
        if (end == 0 && IsSpace(line[0]))
            return FramingError.LineFolding;
        if (end > 0 && IsSpace(line[end]) && line[end..].TrimStart(" \t"u8) is [(byte)':', ..])
            return FramingError.SpaceBeforeColon;
        return FramingError.BadFieldName;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t';
}
