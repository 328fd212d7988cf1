using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>A cluster CNI that takes every other configuration out of the way, and ours with it.</summary>
internal static class ExclusiveCni
{
    private const string Pattern = "*.cilium_bak";

    public static ImmutableArray<string> WarningsIn(string folder) =>
    [
        .. Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal).Take(1).Select(first =>
            $"Cilium renames configurations that are not its own ({first}), and may rewrite its own list without this plugin;"
            + " set cni.exclusive=false in Cilium's values, else pods may start unmeshed"),
    ];

    /// <summary>It gives them their names back when it goes; by then they must name nothing that is gone.</summary>
    public static IEnumerable<string> RenamedIn(string folder) => Directory.GetFiles(folder, Pattern);
}
