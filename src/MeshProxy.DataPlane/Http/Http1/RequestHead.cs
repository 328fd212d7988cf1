namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// A valid request head, as a view over the bytes that were given to the step that completed it. Names are as the client wrote them:
/// whoever logs them escapes them.
/// </summary>
internal readonly ref struct RequestHead
{
    private readonly ReadOnlySpan<byte> _head;
    private readonly RequestLine _line;
    private readonly MessageFields _fields;

    public RequestHead(ReadOnlySpan<byte> head, scoped in RequestLine line, scoped in MessageFields fields)
    {
        _head = head;
        _line = line;
        _fields = fields;
    }

    public RequestMethod Method => _line.Method;

    public ReadOnlySpan<byte> MethodText => _line.MethodText.Of(_head);

    public ReadOnlySpan<byte> Target => _line.Target.Of(_head);

    public bool IsHttp10 => _line.IsHttp10;

    /// <summary>Empty only in HTTP/1.0.</summary>
    public ReadOnlySpan<byte> Host => _fields.Host.Of(_head);

    public ReadOnlySpan<byte> UserAgent => _fields.UserAgent.Of(_head);

    public bool HasBody => _fields.IsChunked || _fields.ContentLength > 0;

    /// <summary>-1 where none was given.</summary>
    public long ContentLength => _fields.HasContentLength ? _fields.ContentLength : -1;

    public bool IsChunked => _fields.IsChunked;

    public bool ExpectsContinue => _fields.ExpectsContinue;

    /// <summary>The client wants the connection closed after the answer (RFC 9112 §9.3).</summary>
    public bool Closes => _fields.SaysClose || IsHttp10 && !_fields.SaysKeepAlive;

    public UpgradeProtocol Upgrade => _fields.AsksToSwitch && !IsHttp10 ? _fields.Upgrade : UpgradeProtocol.None;
}
