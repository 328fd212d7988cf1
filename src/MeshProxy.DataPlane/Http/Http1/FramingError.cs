namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// Why a message is not passed on. Each is something that two recipients could read differently (the ground of request and response
/// smuggling), or a bound. Names are stable: they are the <c>reason</c> of metrics and stand in <c>meshproxy-error</c>.
/// </summary>
internal enum FramingError : byte
{
    None,

    // Lines (RFC 9112 §2.2).
    BareLineFeed,
    BareCarriageReturn,
    ControlCharacter,

    // Start lines (§3, §4).
    BadRequestLine,
    BadTarget,
    BadStatusLine,
    UnsupportedVersion,
    MethodTooLong,
    TargetTooLong,

    // Fields (§5).
    BadFieldName,
    SpaceBeforeColon,
    LineFolding,
    HeadTooLarge,
    TooManyFields,
    MissingHost,
    DuplicateHost,
    BadHost,
    ConnectionNamesFraming,

    // Message body length (§6).
    BadContentLength,
    DuplicateContentLength,
    ContentLengthWithTransferEncoding,
    BadTransferEncoding,
    TransferEncodingInHttp10,
    UnsupportedTransferCoding,

    // Chunks (§7.1).
    BadChunkSize,
    BadChunkExtension,
    ChunkLineTooLong,
    BadChunkEnd,
    TrailersTooLarge,
    ForbiddenTrailer,

    // Pairing (§9.2, RFC 9110 §15.2).
    ResponseWithoutRequest,
    UnaskedSwitch,
    TooManyInformational,

    // Ends (§8).
    TruncatedHead,
    TruncatedBody,
}
