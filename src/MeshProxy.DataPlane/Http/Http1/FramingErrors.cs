namespace MeshProxy.DataPlane.Http.Http1;

internal static class FramingErrors
{
    private static readonly string[] Names = [.. Enum.GetNames<FramingError>().Select(ErrorNames.ToKebabCase)];

    /// <summary>Such as <c>bare-line-feed</c>.</summary>
    public static string Name(this FramingError error) => Names[(int)error];

    /// <summary>The answer to a client whose request is refused. A bad response head is 502, whatever the reason.</summary>
    public static int RequestStatus(this FramingError error) => error switch
    {
        FramingError.TargetTooLong => 414,
        FramingError.HeadTooLarge or FramingError.TooManyFields or FramingError.TrailersTooLarge => 431,
        FramingError.MethodTooLong or FramingError.UnsupportedTransferCoding => 501,
        FramingError.UnsupportedVersion => 505,
        _ => 400,
    };
}
