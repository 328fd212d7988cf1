using System.Globalization;

namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>
/// The proxy's own answer to one stream where the upstream gave none: a response without content, or gRPC's trailers-only form with its
/// status. Fields are literals that are not indexed, so the compression between server and client is not touched.
/// </summary>
internal static class Http2ErrorResponse
{
    /// <summary>Room for every answer with a cause of <see cref="MaxCauseLength"/>.</summary>
    public const int MaxLength = 1024;

    public const int MaxCauseLength = 320;

    private const byte EndStreamAndHeaders = 0x5;

    /// <param name="isFirst">
    /// No header block of the server has passed on this connection: the block then announces an empty table, which a client that made its
    /// table smaller must be told (RFC 7541 §4.2). Later it would put client and server out of step.
    /// </param>
    /// <param name="cause">Phase, target and cause; also gRPC's message. Cut, and anything but printable ASCII replaced.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(Span<byte> destination, int streamId, int status, bool isGrpc, bool isFirst, ReadOnlySpan<char> cause)
    {
        const byte EmptyTable = 0x20;
        if (cause.Length > MaxCauseLength)
            cause = cause[..MaxCauseLength];
        var rest = destination[FrameHeader.Size..];
        if (isFirst)
            Append(ref rest, [EmptyTable]);
        AppendNumber(ref rest, ":status"u8, isGrpc ? 200 : status);
        if (isGrpc)
            AppendGrpc(ref rest, status, cause);
        else
            AppendNumber(ref rest, "content-length"u8, 0);
        AppendText(ref rest, "meshproxy-error"u8, cause);
        var length = destination.Length - FrameHeader.Size - rest.Length;
        FrameHeader.Write(destination, length, FrameType.Headers, EndStreamAndHeaders, streamId);
        return FrameHeader.Size + length;
    }

    /// <summary>The gRPC status that says the same as an HTTP status of ours: UNAVAILABLE, unless there is a nearer one.</summary>
    public static int GrpcStatusOf(int status) => status switch
    {
        403 => 7,
        408 or 504 => 4,
        429 => 8,
        501 => 12,
        _ => 14,
    };

    private static void AppendGrpc(ref Span<byte> rest, int status, ReadOnlySpan<char> cause)
    {
        AppendName(ref rest, "content-type"u8);
        AppendLength(ref rest, "application/grpc"u8.Length);
        Append(ref rest, "application/grpc"u8);
        AppendNumber(ref rest, "grpc-status"u8, GrpcStatusOf(status));
        AppendText(ref rest, "grpc-message"u8, cause);
    }

    private static void AppendNumber(ref Span<byte> rest, ReadOnlySpan<byte> name, int value)
    {
        Span<byte> digits = stackalloc byte[11];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        AppendName(ref rest, name);
        AppendLength(ref rest, length);
        Append(ref rest, digits[..length]);
    }

    private static void AppendText(ref Span<byte> rest, ReadOnlySpan<byte> name, ReadOnlySpan<char> text)
    {
        AppendName(ref rest, name);
        AppendLength(ref rest, text.Length);
        Printable.Write(rest, text);
        rest = rest[text.Length..];
    }

    /// <summary>A literal that is not indexed, with a name of its own (RFC 7541 §6.2.2).</summary>
    private static void AppendName(ref Span<byte> rest, ReadOnlySpan<byte> name)
    {
        Append(ref rest, [0]);
        AppendLength(ref rest, name.Length);
        Append(ref rest, name);
    }

    /// <summary>Of a plain string: an integer with a prefix of seven bits (RFC 7541 §5.1).</summary>
    private static void AppendLength(ref Span<byte> rest, int length)
    {
        const int Prefix = 0x7f;
        if (length < Prefix)
        {
            Append(ref rest, [(byte)length]);
            return;
        }
        Append(ref rest, [Prefix]);
        for (length -= Prefix; length >= 0x80; length >>= 7)
            Append(ref rest, [(byte)(length & 0x7f | 0x80)]);
        Append(ref rest, [(byte)length]);
    }

    private static void Append(ref Span<byte> rest, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }
}
