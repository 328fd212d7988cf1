namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>
/// The Huffman code of HPACK (RFC 7541 Appendix B). It is canonical: the lengths tell the codes, shorter before longer and, among equals,
/// in the order of the symbols.
/// </summary>
internal static class HuffmanCode
{
    public const int MaxLength = 30;
    public const int EndOfString = 256;

    /// <summary>
    /// Codes up to this length are found by one look into <see cref="Short"/>: all of printable ASCII but a few signs, and most pairs of
    /// letters and digits at once. 16 KiB, of which text touches about half.
    /// </summary>
    public const int ShortLength = 12;

    /// <summary>By the next twelve bits: one symbol or two.</summary>
    public static readonly HuffmanSymbols[] Short = new HuffmanSymbols[1 << ShortLength];

    /// <summary>All symbols in the order of their codes.</summary>
    public static readonly ushort[] Symbols = new ushort[EndOfString + 1];

    /// <summary>By length: the first code, how many there are, and where their symbols begin.</summary>
    public static readonly (uint First, int Count, int Start)[] ByLength = new (uint, int, int)[MaxLength + 1];

    static HuffmanCode()
    {
        uint code = 0;
        var position = 0;
        for (var length = 1; length <= MaxLength; length++)
        {
            code <<= 1;
            ByLength[length] = (code, Lengths.Count((byte)length), position);
            for (var symbol = 0; symbol < Lengths.Length; symbol++)
            {
                if (Lengths[symbol] != length)
                    continue;
                Symbols[position++] = (ushort)symbol;
                FillShort(code++, length, symbol);
            }
        }
        PairShort();
    }

    /// <summary>Bits per symbol, 16 to a line, and EOS.</summary>
    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    private static void FillShort(uint code, int length, int symbol)
    {
        if (length > ShortLength)
            return;
        var free = ShortLength - length;
        Short.AsSpan((int)code << free, 1 << free).Fill(HuffmanSymbols.One(symbol, length));
    }

    /// <summary>Where the bits behind a symbol hold a whole second one, both are found at once.</summary>
    private static void PairShort()
    {
        var singles = Short.AsSpan().ToArray();
        for (var bits = 0; bits < singles.Length; bits++)
        {
            var first = singles[bits];
            var second = singles[(bits << first.Bits) & (singles.Length - 1)];
            if (first.Count == 1 && second.Count == 1 && first.Bits + second.Bits <= ShortLength)
                Short[bits] = HuffmanSymbols.Two(first, second);
        }
    }
}
