using System.Buffers.Text;

namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>The values that are kept as a number: status, gRPC status, and whether the content is gRPC.</summary>
internal static class HeaderValue
{
    /// <summary>Room for the longest value that is looked at in whole.</summary>
    public const int MaxLength = 32;

    /// <summary>gRPC's UNKNOWN: what a status means that is not a number.</summary>
    private const int UnknownGrpcStatus = 2;

    public static ushort Encode(KnownHeader header, ReadOnlySpan<byte> value) => header switch
    {
        KnownHeader.Status => ParseStatus(value),
        KnownHeader.GrpcStatus => ParseGrpcStatus(value),
        KnownHeader.ContentType => value.StartsWith("application/grpc"u8) ? (ushort)1 : (ushort)0,
        _ => 0,
    };

    private static ushort ParseStatus(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out ushort status, out var used) && used == value.Length && status is >= 100 and <= 999
            ? status
            : (ushort)0;

    private static ushort ParseGrpcStatus(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out byte status, out var used) && used == value.Length ? status : (ushort)UnknownGrpcStatus;
}
