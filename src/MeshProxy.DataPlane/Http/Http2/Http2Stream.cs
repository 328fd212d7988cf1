namespace MeshProxy.DataPlane.Http.Http2;

internal enum Http2StreamEnd : byte
{
    /// <summary>The stream is open.</summary>
    None,
    Completed,
    ResetByClient,
    ResetByServer,

    /// <summary>The proxy has given the answer.</summary>
    AnsweredByProxy,

    /// <summary>Its time was over when it had begun its answer.</summary>
    ResetByProxy,

    /// <summary>Observation gave up while it was open.</summary>
    Unobserved,
}

/// <summary>
/// One request and its answer, from the end of the request's header block to the end of both directions. 56 bytes, in place in the table.
/// </summary>
internal struct Http2Stream
{
    public int Id;

    public RequestMethod Method;

    /// <summary>By the content type of the request or of the answer.</summary>
    public bool IsGrpc;

    public bool ClientEnded;

    public bool ServerEnded;

    public Http2StreamEnd End;

    /// <summary>Of the final response; 0 before its header block has passed.</summary>
    public ushort Status;

    /// <summary>From the trailers, or from a response that is trailers only; -1 before, and where there is none.</summary>
    public short GrpcStatus;

    /// <summary>1xx responses so far.</summary>
    public ushort InformationalResponses;

    /// <summary>Of a reset.</summary>
    public uint ErrorCode;

    /// <summary>The caller's clock when the request's header block passed; the observer has none.</summary>
    public long StartedAt;

    /// <summary>The caller's clock when the header block of the final response passed; 0 before.</summary>
    public long AnsweredAt;

    /// <summary>Of the stream's HEADERS, CONTINUATION and DATA frames, frame headers included.</summary>
    public long RequestBytes;

    /// <summary>As <see cref="RequestBytes"/>.</summary>
    public long ResponseBytes;

    /// <summary>As the answer is that <see cref="Http2ErrorResponse"/> writes.</summary>
    public void AnswerByProxy(int status)
    {
        End = Http2StreamEnd.AnsweredByProxy;
        Status = (ushort)(IsGrpc ? 200 : status);
        GrpcStatus = (short)(IsGrpc ? Http2ErrorResponse.GrpcStatusOf(status) : -1);
    }
}
