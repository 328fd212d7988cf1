namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>
/// What an observer takes from one header block. Overwritten by the next block: one instance serves all connections of a loop. Texts are
/// cut at their bound and as the peer wrote them: whoever logs them escapes them.
/// </summary>
internal sealed class HeaderFields
{
    public const int MaxMethodLength = 32;
    public const int MaxPathLength = 1024;
    public const int MaxAuthorityLength = 256;
    public const int MaxUserAgentLength = 256;

    private readonly byte[] _method = new byte[MaxMethodLength];
    private readonly byte[] _path = new byte[MaxPathLength];
    private readonly byte[] _authority = new byte[MaxAuthorityLength];
    private readonly byte[] _userAgent = new byte[MaxUserAgentLength];
    private int _methodLength;
    private int _pathLength;
    private int _authorityLength;
    private int _userAgentLength;

    public bool HasMethod => _methodLength > 0;

    public RequestMethod Method => RequestMethods.Parse(MethodText);

    public ReadOnlySpan<byte> MethodText => _method.AsSpan(0, _methodLength);

    /// <summary>0 where there is none: a request, or trailers.</summary>
    public ushort Status { get; private set; }

    /// <summary>-1 where there is none.</summary>
    public int GrpcStatus { get; private set; } = -1;

    /// <summary>The content type is gRPC's.</summary>
    public bool IsGrpc { get; private set; }

    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _pathLength);

    public ReadOnlySpan<byte> Authority => _authority.AsSpan(0, _authorityLength);

    public ReadOnlySpan<byte> UserAgent => _userAgent.AsSpan(0, _userAgentLength);

    public void Clear()
    {
        IsGrpc = false;
        Status = 0;
        GrpcStatus = -1;
        _methodLength = _pathLength = _authorityLength = _userAgentLength = 0;
    }

    public void Set(KnownHeader header, ushort code)
    {
        switch (header)
        {
            case KnownHeader.Status:
                Status = code;
                break;
            case KnownHeader.GrpcStatus:
                GrpcStatus = code;
                break;
            case KnownHeader.ContentType:
                IsGrpc = code != 0;
                break;
        }
    }

    /// <summary>Where the text of a known text header goes; empty for every other.</summary>
    public Span<byte> TextBuffer(KnownHeader header) => header switch
    {
        KnownHeader.Method => _method,
        KnownHeader.Path => _path,
        KnownHeader.Authority => _authority,
        KnownHeader.UserAgent => _userAgent,
        _ => default,
    };

    public void SetTextLength(KnownHeader header, int length)
    {
        switch (header)
        {
            case KnownHeader.Method:
                _methodLength = length;
                break;
            case KnownHeader.Path:
                _pathLength = length;
                break;
            case KnownHeader.Authority:
                _authorityLength = length;
                break;
            case KnownHeader.UserAgent:
                _userAgentLength = length;
                break;
        }
    }
}
