namespace MeshProxy.Transport.Kestrel;

/// <summary>
/// What a gate did not let pass, mostly nothing: then it holds no memory. Grows as it is added to, so a head that comes byte by byte is not
/// copied for each.
/// </summary>
internal sealed class KeptInput
{
    private const int Smallest = 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>What is kept, with what has come behind it.</summary>
    public ReadOnlySpan<byte> With(ReadOnlySpan<byte> more)
    {
        Append(more);
        return Bytes;
    }

    /// <param name="arrived">
    /// All of it, of which the first <paramref name="passed"/> bytes need not be kept; may be these bytes themselves.
    /// </param>
    public void Keep(ReadOnlySpan<byte> arrived, int passed)
    {
        var rest = arrived[passed..];
        if (rest.IsEmpty)
            Clear();
        else if (IsEmpty)
            Append(rest);
        else
        {
            rest.CopyTo(_bytes);
            Length = rest.Length;
        }
    }

    public void Clear() => (_bytes, Length) = ([], 0);

    private void Append(ReadOnlySpan<byte> more)
    {
        if (Length + more.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(Smallest, Math.Max(Length + more.Length, 2 * _bytes.Length)));
        more.CopyTo(_bytes.AsSpan(Length));
        Length += more.Length;
    }
}
