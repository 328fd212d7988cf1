namespace MeshProxy.DataPlane.Http.Http1;

internal enum Http1StepKind : byte
{
    /// <summary>Nothing more can be said. What has not passed is held, and read on.</summary>
    NeedMore,

    /// <summary>
    /// As <see cref="NeedMore"/>, but do not read on: the pipeline is full, or a switch of protocols awaits its answer. Ask again after a
    /// response has ended.
    /// </summary>
    Hold,

    /// <summary>A valid head has passed.</summary>
    Head,

    /// <summary>Body bytes have passed: content, chunk lines, trailers.</summary>
    Body,

    /// <summary>The message has ended.</summary>
    End,

    /// <summary>
    /// Everything in both directions passes from here on: protocols were switched, or, if there is an error, observation gave up.
    /// </summary>
    Opaque,

    /// <summary>A head is refused, and no byte of its message has passed: the caller can still answer.</summary>
    Refused,

    /// <summary>The message is broken after a part of it has passed, or nobody waits for it: the connection can only be aborted.</summary>
    Broken,
}

/// <summary>One step of an observed direction.</summary>
/// <param name="Bytes">How many of the leading bytes of the input pass with this step; the next call's input begins after them.</param>
internal readonly record struct Http1Step(Http1StepKind Kind, int Bytes = 0, FramingError Error = FramingError.None);
