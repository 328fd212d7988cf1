using System.Text;

namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>The value of Transfer-Encoding: <c>chunked</c> and nothing else passes.</summary>
internal static class TransferEncodingField
{
    /// <summary>
    /// A list of other codings, alone or before a last <c>chunked</c>, is understood and not supported (501); everything else in which
    /// recipients could see or miss a <c>chunked</c> is bad (400).
    /// </summary>
    public static FramingError Check(ReadOnlySpan<byte> value)
    {
        if (IsChunked(value))
            return FramingError.None;
        var chunkedSeen = false;
        foreach (var range in value.Split((byte)','))
        {
            var coding = value[range].Trim(" \t"u8);
            if (chunkedSeen || coding.IsEmpty || coding.ContainsAnyExcept(HttpCharacters.Token))
                return FramingError.BadTransferEncoding;
            chunkedSeen = IsChunked(coding);
        }
        return FramingError.UnsupportedTransferCoding;
    }

    private static bool IsChunked(ReadOnlySpan<byte> coding) => Ascii.EqualsIgnoreCase(coding, "chunked"u8);
}
