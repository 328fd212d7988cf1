using System.Reflection;

namespace MeshProxy.Lifecycle;

/// <summary>The version and the commit that this executable was built from, as the build stamped them.</summary>
internal static class BuildVersion
{
    private static readonly string Stamp =
        typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static string Version => Stamp.Split('+')[0];

    /// <summary>Empty where the build had no repository.</summary>
    public static string Revision => Stamp.Contains('+', StringComparison.Ordinal) ? Stamp.Split('+')[1] : "";
}
