using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni.Support;

internal static class NamespaceState
{
    /// <summary>As nft(8) lists them; empty where there are none.</summary>
    public static string Rules(NetworkNamespace space) => Tool.Run("ip", ["netns", "exec", space.Name, "nft", "list", "ruleset"]);
}
