namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>
/// What one look into <see cref="HuffmanCode.Short"/> finds: how many symbols, none where the code is longer, and the bits they take.
/// </summary>
/// <param name="Text">The first symbol in the lower byte, the second in the upper.</param>
internal readonly record struct HuffmanSymbols(ushort Text, byte Count, byte Bits)
{
    public static HuffmanSymbols One(int symbol, int bits) => new((ushort)symbol, 1, (byte)bits);

    public static HuffmanSymbols Two(HuffmanSymbols first, HuffmanSymbols second) =>
        new((ushort)(first.Text | second.Text << 8), 2, (byte)(first.Bits + second.Bits));
}
