namespace MeshProxy.DataPlane.Http.Http2;

internal enum Http2StepKind : byte
{
    /// <summary>Nothing more can be said. What has not passed is held, and read on.</summary>
    NeedMore,

    /// <summary>Frames, or a part of one, have passed.</summary>
    Pass,

    /// <summary>Up to and with the header block that opens a stream, everything has passed.</summary>
    RequestHead,

    /// <summary>Up to and with the header block of a final response, everything has passed.</summary>
    ResponseHead,

    /// <summary>
    /// The last frame that passes is the answer to one of the proxy's own, which the other side never sent, and goes no further: the
    /// client's to a PING, the server's to SETTINGS.
    /// </summary>
    OwnFrameAnswered,

    /// <summary>These bytes, of a stream that the proxy has ended, do not pass.</summary>
    Dropped,

    /// <summary>A stream has ended.</summary>
    StreamEnd,

    /// <summary>Everything in both directions passes from here on: observation gave up.</summary>
    Opaque,

    /// <summary>The connection is refused; the frame that did it, and what follows, has not passed.</summary>
    Refused,
}

/// <summary>One step of an observed direction.</summary>
/// <param name="Bytes">How many of the leading bytes of the input pass with this step; the next call's input begins after them.</param>
/// <param name="StreamId">Of a head or an end.</param>
internal readonly record struct Http2Step(Http2StepKind Kind, int Bytes = 0, int StreamId = 0, Http2Error Error = Http2Error.None);
