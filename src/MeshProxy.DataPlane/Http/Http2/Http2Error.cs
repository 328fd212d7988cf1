namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>Why an HTTP/2 connection is ended, or no longer observed. Names are stable: they are the <c>reason</c> of metrics.</summary>
internal enum Http2Error : byte
{
    None,

    // What the peers of each other would refuse as well.
    BadPreface,
    FrameTooLarge,
    BadFrameSize,
    BadStreamId,
    BadPadding,
    BadSettings,
    UnexpectedFrame,
    CompressionFailed,

    /// <summary>Trailers of a request that the proxy has ended for its time.</summary>
    HeadersOnEndedStream,

    // Bounds against floods.
    HeaderListTooLarge,
    HeaderTableTooLarge,
    TooManyContinuations,
    TooManyResets,
    TooManySettings,
    TooManyPings,
    TooManyEmptyFrames,
    TooManyPriorities,
    TooManyWindowUpdates,
    TooManyInformational,
    TooManyOtherFrames,

    /// <summary>The server's first bytes are no HTTP/2: they are relayed for the client to make of them what it can.</summary>
    ServerIsNotHttp2,
}
