using System.Text;

namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// What the fields of one head say about framing and the connection, gathered line by line. Contradictions are refused rather than
/// resolved: one Content-Length or one Transfer-Encoding of exactly <c>chunked</c>,
/// never both (RFC 9112 §6.3 lets a proxy choose; attacks live there).
/// </summary>
internal struct MessageFields
{
    private FieldFlags _flags;
    private int _count;

    /// <summary>Of the body; meaningful where <see cref="HasContentLength"/>.</summary>
    public long ContentLength { get; private set; }

    public UpgradeProtocol Upgrade { get; private set; }

    public TextRange Host { get; private set; }

    public TextRange UserAgent { get; private set; }

    public readonly bool HasContentLength => Has(FieldFlags.ContentLength);

    public readonly bool IsChunked => Has(FieldFlags.TransferEncoding);

    public readonly bool HasHost => Has(FieldFlags.Host);

    public readonly bool SaysClose => Has(FieldFlags.Close);

    public readonly bool SaysKeepAlive => Has(FieldFlags.KeepAlive);

    public readonly bool ExpectsContinue => Has(FieldFlags.ExpectContinue);

    /// <summary>An Upgrade field counts only if Connection names it (RFC 9110 §7.8).</summary>
    public readonly bool AsksToSwitch => Upgrade != UpgradeProtocol.None && Has(FieldFlags.ConnectionUpgrade);

    /// <param name="offset">Of the line in the head.</param>
    public FramingError Add(ReadOnlySpan<byte> line, int offset, int maxFields)
    {
        if (++_count > maxFields)
            return FramingError.TooManyFields;
        var error = FieldLine.Split(line, out var name, out var value, out var valueStart);
        if (error != FramingError.None)
            return error;
        switch (KnownFields.Of(name))
        {
            case KnownField.Host:
                return AddHost(value, offset + valueStart);
            case KnownField.ContentLength:
                return AddContentLength(value);
            case KnownField.TransferEncoding:
                return AddTransferEncoding(value);
            case KnownField.Connection:
                return AddConnection(value);
            case KnownField.Upgrade:
                Upgrade = UpgradeProtocols.Parse(value);
                break;
            case KnownField.Expect when Ascii.EqualsIgnoreCase(value, "100-continue"u8):
                _flags |= FieldFlags.ExpectContinue;
                break;
            case KnownField.UserAgent:
                UserAgent = new TextRange(offset + valueStart, value.Length);
                break;
        }
        return FramingError.None;
    }

    /// <summary>What only the whole head can tell.</summary>
    public readonly FramingError Check(bool isHttp10)
    {
        if (!IsChunked)
            return FramingError.None;
        if (HasContentLength)
            return FramingError.ContentLengthWithTransferEncoding;
        return isHttp10 ? FramingError.TransferEncodingInHttp10 : FramingError.None;
    }

    private readonly bool Has(FieldFlags flag) => (_flags & flag) != 0;

    private FramingError AddHost(ReadOnlySpan<byte> value, int offset)
    {
        if (HasHost)
            return FramingError.DuplicateHost;
        _flags |= FieldFlags.Host;
        Host = new TextRange(offset, value.Length);
        return HostField.IsValid(value) ? FramingError.None : FramingError.BadHost;
    }

    private FramingError AddContentLength(ReadOnlySpan<byte> value)
    {
        if (HasContentLength)
            return FramingError.DuplicateContentLength;
        _flags |= FieldFlags.ContentLength;
        // 19 digits hold long.MaxValue; a list, a sign, a space or an empty value is no number.
        if (value.Length is 0 or > 19 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return FramingError.BadContentLength;
        ulong length = 0;
        foreach (var digit in value)
            length = length * 10 + digit - '0';
        ContentLength = (long)length;
        return length <= long.MaxValue ? FramingError.None : FramingError.BadContentLength;
    }

    private FramingError AddTransferEncoding(ReadOnlySpan<byte> value)
    {
        if (IsChunked)
            return FramingError.BadTransferEncoding;
        _flags |= FieldFlags.TransferEncoding;
        return TransferEncodingField.Check(value);
    }

    private FramingError AddConnection(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = value[range].Trim(" \t"u8);
            if (Ascii.EqualsIgnoreCase(option, "close"u8))
                _flags |= FieldFlags.Close;
            else if (Ascii.EqualsIgnoreCase(option, "keep-alive"u8))
                _flags |= FieldFlags.KeepAlive;
            else if (Ascii.EqualsIgnoreCase(option, "upgrade"u8))
                _flags |= FieldFlags.ConnectionUpgrade;
            else if (KnownFields.Of(option) is KnownField.ContentLength or KnownField.TransferEncoding or KnownField.Host)
                return FramingError.ConnectionNamesFraming;
        }
        return FramingError.None;
    }

    [Flags]
    private enum FieldFlags : byte
    {
        Host = 1,
        ContentLength = 2,
        TransferEncoding = 4,
        Close = 8,
        KeepAlive = 16,
        ConnectionUpgrade = 32,
        ExpectContinue = 64,
    }
}
