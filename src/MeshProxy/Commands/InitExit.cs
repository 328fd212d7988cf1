using MeshProxy.Netfilter;

namespace MeshProxy.Commands;

/// <summary>The exit codes of <c>init</c> and <c>check net</c>; the numbers are sysexits.h's, and 95 is what network validators end with.</summary>
internal static class InitExit
{
    public const int Ok = 0;
    public const int BadValue = 65;

    public static int Of(FailureKind kind) => kind switch
    {
        FailureKind.BadValue => BadValue,
        FailureKind.Unsupported => 69,
        FailureKind.OperatingSystem => 71,
        FailureKind.Permission => 77,
        FailureKind.Conflict => 78,
        _ => 95,
    };
}
