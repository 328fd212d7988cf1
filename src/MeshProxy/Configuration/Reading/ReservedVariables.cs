using System.Collections.Frozen;

namespace MeshProxy.Configuration.Reading;

/// <summary>Variables with our prefix that are not keys of the configuration.</summary>
internal static class ReservedVariables
{
    /// <summary>Where one-line causes of a failed start go besides standard error; the default is /dev/termination-log.</summary>
    public const string TerminationLog = "MESHPROXY_TERMINATION_LOG";

    public static readonly FrozenSet<string> All = FrozenSet.Create(StringComparer.Ordinal, TerminationLog);
}
