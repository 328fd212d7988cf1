namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>The fields an observer wants to know; of all others only the size matters.</summary>
internal enum KnownHeader : byte
{
    None,
    Method,
    Path,
    Authority,
    Status,
    ContentType,
    UserAgent,
    GrpcStatus,
}

internal static class KnownHeaders
{
    /// <summary>The longest known name; a longer one need not be decoded into a buffer.</summary>
    public const int MaxNameLength = 12;

    public static KnownHeader Of(ReadOnlySpan<byte> name) => name.Length switch
    {
        5 when name.SequenceEqual(":path"u8) => KnownHeader.Path,
        7 when name.SequenceEqual(":method"u8) => KnownHeader.Method,
        7 when name.SequenceEqual(":status"u8) => KnownHeader.Status,
        10 when name.SequenceEqual(":authority"u8) => KnownHeader.Authority,
        10 when name.SequenceEqual("user-agent"u8) => KnownHeader.UserAgent,
        11 when name.SequenceEqual("grpc-status"u8) => KnownHeader.GrpcStatus,
        12 when name.SequenceEqual("content-type"u8) => KnownHeader.ContentType,
        _ => KnownHeader.None,
    };

    /// <summary>Its value is kept as text; the others' are kept as a number.</summary>
    public static bool IsText(this KnownHeader header) =>
        header is KnownHeader.Method or KnownHeader.Path or KnownHeader.Authority or KnownHeader.UserAgent;
}
