namespace MeshProxy.DataPlane.Http.Http1;

internal enum LineStatus : byte
{
    NeedMore,
    Complete,
    TooLong,
    Bad,
}

/// <summary>
/// Finds the end of a line that may arrive in pieces, and refuses what must not be in one: only CRLF ends a line, and no control character
/// but HTAB stands in it. Each byte is searched once, with vector instructions. The first offence in the order of the bytes decides,
/// so the verdict does not depend on how they were split.
/// </summary>
internal struct LineScanner
{
    private int _scanned;

    /// <param name="input">From the start of the line; the bytes of earlier calls first.</param>
    /// <param name="maxLength">Without its CRLF.</param>
    /// <param name="length">Of a complete line, without its CRLF.</param>
    public LineStatus Next(ReadOnlySpan<byte> input, int maxLength, out int length, out FramingError error)
    {
        length = 0;
        error = FramingError.None;
        if (maxLength < 0)
            return LineStatus.TooLong;
        var window = input.Length > maxLength + 1 ? input[..(maxLength + 1)] : input;
        var found = window[_scanned..].IndexOfAny(HttpCharacters.Control);
        if (found < 0)
        {
            _scanned = window.Length;
            return window.Length > maxLength ? LineStatus.TooLong : LineStatus.NeedMore;
        }
        return EndAt(_scanned + found, input, out length, out error);
    }

    private LineStatus EndAt(int position, ReadOnlySpan<byte> input, out int length, out FramingError error)
    {
        length = position;
        error = FramingError.None;
        if (input[position] != '\r')
        {
            error = input[position] == '\n' ? FramingError.BareLineFeed : FramingError.ControlCharacter;
            return LineStatus.Bad;
        }
        if (position + 1 == input.Length)
        {
            _scanned = position;
            return LineStatus.NeedMore;
        }
        _scanned = 0;
        if (input[position + 1] == '\n')
            return LineStatus.Complete;
        error = FramingError.BareCarriageReturn;
        return LineStatus.Bad;
    }
}
