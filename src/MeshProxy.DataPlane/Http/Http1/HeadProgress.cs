namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>How far a head has been read: its lines come one by one, and what they say is gathered in <see cref="Fields"/>.</summary>
internal struct HeadProgress
{
    /// <summary>What the head has said so far.</summary>
    public MessageFields Fields;

    private LineScanner _lines;

    /// <summary>Where the next line begins; after the last line, the length of the head.</summary>
    public int Position { get; private set; }

    /// <param name="input">From the first byte of the head.</param>
    /// <param name="maxLength">Of the line; the bound of the whole head is kept besides.</param>
    public LineStatus NextLine(
        ReadOnlySpan<byte> input, int maxLength, Http1Limits limits, out ReadOnlySpan<byte> line, out FramingError error)
    {
        const int LineEnd = 2;
        var start = Position;
        maxLength = Math.Min(maxLength, limits.HeadBytes - start - LineEnd);
        var status = _lines.Next(input[start..], maxLength, out var length, out error);
        line = status == LineStatus.Complete ? input.Slice(start, length) : default;
        if (status == LineStatus.Complete)
            Position = start + length + LineEnd;
        return status;
    }

    /// <summary>Reads field lines to the empty line that ends the head.</summary>
    public LineStatus NextFields(ReadOnlySpan<byte> input, Http1Limits limits, out FramingError error)
    {
        while (true)
        {
            var start = Position;
            var status = NextLine(input, limits.HeadBytes, limits, out var line, out error);
            if (status == LineStatus.TooLong)
                error = FramingError.HeadTooLarge;
            if (status != LineStatus.Complete || line.IsEmpty)
                return status;
            error = Fields.Add(line, start, limits.Fields);
            if (error != FramingError.None)
                return LineStatus.Bad;
        }
    }
}
