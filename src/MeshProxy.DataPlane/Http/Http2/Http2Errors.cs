using MeshProxy.DataPlane.Http.Hpack;

namespace MeshProxy.DataPlane.Http.Http2;

internal static class Http2Errors
{
    private static readonly string[] Names = [.. Enum.GetNames<Http2Error>().Select(ErrorNames.ToKebabCase)];

    /// <summary>Such as <c>too-many-resets</c>.</summary>
    public static string Name(this Http2Error error) => Names[(int)error];

    /// <summary>A flood or a bound, which is refused whatever the framing policy says.</summary>
    public static bool IsFlood(this Http2Error error) => error is >= Http2Error.HeaderListTooLarge and <= Http2Error.TooManyOtherFrames;

    /// <summary>What GOAWAY says of it.</summary>
    public static Http2ErrorCode Code(this Http2Error error) => error switch
    {
        Http2Error.None => Http2ErrorCode.NoError,
        Http2Error.FrameTooLarge or Http2Error.BadFrameSize => Http2ErrorCode.FrameSizeError,
        Http2Error.CompressionFailed => Http2ErrorCode.CompressionError,
        _ => error.IsFlood() ? Http2ErrorCode.EnhanceYourCalm : Http2ErrorCode.ProtocolError,
    };

    public static Http2Error From(HpackError error) => error switch
    {
        HpackError.None => Http2Error.None,
        HpackError.ListTooLarge => Http2Error.HeaderListTooLarge,
        HpackError.TableTooLarge => Http2Error.HeaderTableTooLarge,
        _ => Http2Error.CompressionFailed,
    };
}
