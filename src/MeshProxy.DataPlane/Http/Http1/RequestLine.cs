namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>The request line (RFC 9112 §3), exactly: one space twice, a token, a target of a known form, HTTP/1.0 or HTTP/1.1.</summary>
internal struct RequestLine
{
    /// <summary>As in detection: a longer one is answered 501 (RFC 9112 §3).</summary>
    private const int MaxMethodLength = Detection.RequestLinePrefix.MaxMethodLength;

    public RequestMethod Method { get; private set; }

    public TextRange MethodText { get; private set; }

    public TextRange Target { get; private set; }

    public bool IsHttp10 { get; private set; }

    /// <param name="offset">Of the line in the head.</param>
    public FramingError Read(ReadOnlySpan<byte> line, int offset)
    {
        var methodLength = line.IndexOfAnyExcept(HttpCharacters.Token);
        if (methodLength > MaxMethodLength || methodLength < 0 && line.Length > MaxMethodLength)
            return FramingError.MethodTooLong;
        if (methodLength <= 0 || line[methodLength] != ' ')
            return FramingError.BadRequestLine;
        var rest = line[(methodLength + 1)..];
        var targetLength = rest.IndexOfAny(HttpCharacters.TargetEnd);
        if (targetLength < 0 || rest[targetLength] != ' ')
            return FramingError.BadRequestLine;
        Method = RequestMethods.Parse(line[..methodLength]);
        MethodText = new TextRange(offset, methodLength);
        Target = new TextRange(offset + methodLength + 1, targetLength);
        var error = CheckTarget(line[..methodLength], rest[..targetLength]);
        return error == FramingError.None ? ReadVersion(rest[(targetLength + 1)..]) : error;
    }

    /// <summary>Which bound a line broke that is longer than a request line may be.</summary>
    public static FramingError TooLong(ReadOnlySpan<byte> line) =>
        line[..Math.Min(line.Length, MaxMethodLength + 1)].Contains((byte)' ') ? FramingError.TargetTooLong : FramingError.MethodTooLong;

    private readonly FramingError CheckTarget(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        if (!RequestTarget.HasForm(method, target, complete: true) || target.Contains((byte)'#'))
            return FramingError.BadTarget;
        return Method == RequestMethod.Connect && !HostField.IsValidAuthority(target) ? FramingError.BadTarget : FramingError.None;
    }

    private FramingError ReadVersion(ReadOnlySpan<byte> version)
    {
        IsHttp10 = version.SequenceEqual("HTTP/1.0"u8);
        if (IsHttp10 || version.SequenceEqual("HTTP/1.1"u8))
            return FramingError.None;
        var isOther = version.Length == 8 && version.StartsWith("HTTP/"u8)
            && char.IsAsciiDigit((char)version[5]) && version[6] == '.' && char.IsAsciiDigit((char)version[7]);
        return isOther ? FramingError.UnsupportedVersion : FramingError.BadRequestLine;
    }
}
