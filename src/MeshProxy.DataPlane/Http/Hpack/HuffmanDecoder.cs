namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>Decodes Huffman-coded strings (RFC 7541 §5.2), and tells their decoded length even where nobody wants the text.</summary>
internal static class HuffmanDecoder
{
    /// <param name="destination">Takes as much of the text as fits; the rest is decoded and counted.</param>
    /// <param name="length">Of the whole text.</param>
    /// <returns>False for EOS in the text, and for padding that is longer than 7 bits or not of ones.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> coded, Span<byte> destination, out int length)
    {
        length = 0;
        ulong bits = 0;
        var available = 0;
        while (true)
        {
            while (available <= 56 && coded.Length > 0)
            {
                bits |= (ulong)coded[0] << (56 - available);
                available += 8;
                coded = coded[1..];
            }
            var (symbol, used) = NextSymbol(bits);
            if (used > available)
                return IsPadding(bits, available);
            if (symbol == HuffmanCode.EndOfString)
                return false;
            if (length < destination.Length)
                destination[length] = (byte)symbol;
            length++;
            bits <<= used;
            available -= used;
        }
    }

    /// <summary>The bits are left-aligned, with zeros after the last one that is there.</summary>
    private static (int Symbol, int Length) NextSymbol(ulong bits)
    {
        var entry = HuffmanCode.Short[bits >> (64 - HuffmanCode.ShortLength)];
        if (entry != 0)
            return ((int)(entry & 0xffff), (int)(entry >> 16));
        for (var length = HuffmanCode.ShortLength + 1; length < HuffmanCode.MaxLength; length++)
        {
            if (TryFind(bits, length, out var symbol))
                return (symbol, length);
        }
        TryFind(bits, HuffmanCode.MaxLength, out var last);
        return (last, HuffmanCode.MaxLength);
    }

    private static bool TryFind(ulong bits, int length, out int symbol)
    {
        var (first, count, start) = HuffmanCode.ByLength[length];
        var offset = (uint)(bits >> (64 - length)) - first;
        var found = offset < (uint)count;
        symbol = found ? HuffmanCode.Symbols[start + (int)offset] : 0;
        return found;
    }

    /// <summary>The most significant bits of EOS, which are ones.</summary>
    private static bool IsPadding(ulong bits, int available) =>
        available < 8 && bits == (available == 0 ? 0 : ulong.MaxValue << (64 - available));
}
