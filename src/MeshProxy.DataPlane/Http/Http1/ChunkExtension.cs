namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// The extensions after a chunk size, byte by byte: <c>*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )</c> (RFC 9112
/// §7.1.1). Nobody uses what they say; they are checked because a recipient that skips them loosely and one that does not disagree on
/// where the chunk begins.
/// </summary>
internal struct ChunkExtension
{
    private Part _part;

    /// <summary>Called at the semicolon.</summary>
    public void Begin() => _part = Part.BeforeName;

    /// <summary>A carriage return may end the line here: not after <c>;</c>, <c>=</c>, trailing space or inside quotes.</summary>
    public readonly bool MayEnd => _part is Part.Name or Part.Value or Part.AfterQuotes;

    public bool TryAdd(byte next)
    {
        _part = _part switch
        {
            Part.BeforeName => IsSpace(next) ? _part : IsToken(next) ? Part.Name : Part.Bad,
            Part.Name when IsToken(next) => _part,
            Part.Name or Part.AfterName => next == '=' ? Part.BeforeValue : Continue(next, Part.AfterName),
            Part.BeforeValue when next == '"' => Part.Quotes,
            Part.BeforeValue => IsSpace(next) ? _part : IsToken(next) ? Part.Value : Part.Bad,
            Part.Value when IsToken(next) => _part,
            Part.Value or Part.AfterQuotes or Part.AfterValue => Continue(next, Part.AfterValue),
            Part.Quotes when next == '"' => Part.AfterQuotes,
            Part.Quotes when next == '\\' => Part.QuotedPair,
            Part.Quotes or Part.QuotedPair => IsText(next) ? Part.Quotes : Part.Bad,
            _ => Part.Bad,
        };
        return _part != Part.Bad;
    }

    private static Part Continue(byte next, Part afterSpace) =>
        next == ';' ? Part.BeforeName : IsSpace(next) ? afterSpace : Part.Bad;

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t';

    private static bool IsToken(byte value) => HttpCharacters.Token.Contains(value);

    private static bool IsText(byte value) => value == '\t' || value >= ' ' && value != 0x7f;

    private enum Part : byte
    {
        BeforeName,
        Name,
        AfterName,
        BeforeValue,
        Value,
        AfterValue,
        Quotes,
        QuotedPair,
        AfterQuotes,
        Bad,
    }
}
