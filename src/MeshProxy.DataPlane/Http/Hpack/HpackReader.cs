namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>The primitives of RFC 7541 §5: integers with a prefix, and strings, plain or Huffman-coded.</summary>
internal ref struct HpackReader(ReadOnlySpan<byte> block)
{
    /// <summary>No integer of use is larger, and five bytes hold it.</summary>
    private const int MaxInteger = 1 << 28;

    private ReadOnlySpan<byte> _rest = block;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public readonly byte Peek() => _rest[0];

    public bool TryReadInteger(int prefixBits, out int value)
    {
        var mask = (1 << prefixBits) - 1;
        value = 0;
        if (_rest.IsEmpty)
            return false;
        value = _rest[0] & mask;
        _rest = _rest[1..];
        if (value < mask)
            return true;
        for (var shift = 0; shift <= 28 && _rest.Length > 0; shift += 7)
        {
            var next = _rest[0];
            _rest = _rest[1..];
            var sum = value + ((long)(next & 0x7f) << shift);
            if (sum > MaxInteger)
                return false;
            value = (int)sum;
            if ((next & 0x80) == 0)
                return true;
        }
        return false;
    }

    /// <param name="destination">Takes as much of the text as fits.</param>
    /// <param name="length">Of the whole text, decoded.</param>
    public bool TryReadString(scoped Span<byte> destination, out int length)
    {
        length = 0;
        if (_rest.IsEmpty)
            return false;
        var isHuffman = (_rest[0] & 0x80) != 0;
        if (!TryReadInteger(7, out var coded) || coded > _rest.Length)
            return false;
        var text = _rest[..coded];
        _rest = _rest[coded..];
        if (isHuffman)
            return HuffmanDecoder.TryDecode(text, destination, out length);
        text[..Math.Min(coded, destination.Length)].CopyTo(destination);
        length = coded;
        return true;
    }
}
