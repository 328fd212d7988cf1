using System.Collections.Immutable;
using System.Net;
using MeshProxy.Configuration.Syntax;
using MeshProxy.Values;

namespace MeshProxy.Configuration.Keys;

/// <summary>The rows about where outbound connections may go.</summary>
internal static class EgressKeys
{
    /// <summary>PATH_MAX of the kernel, without its terminating zero.</summary>
    private const int LongestPath = 4095;

    public static readonly ConfigKey<TrafficPolicy> Default = new("egress.default", EgressNetworkSyntax.Policies, TrafficPolicy.Allow,
        "What becomes of outbound connections to addresses that no network holds.");

    public static readonly ConfigKey<ImmutableArray<IPNetwork>> ClusterNetworks = new("egress.clusterNetworks",
        new NetworkListSyntax(), EgressBlock.DefaultClusterNetworks,
        "Where pods and Services live. A manifest that names no networks is about every address outside of them; nothing else is.");

    public static readonly ConfigKey<ImmutableArray<EgressNetwork>> Networks = new("egress.networks",
        new ListSyntax<EgressNetwork>(new EgressNetworkSyntax(), "name", network => network.Name), [],
        "Destinations and whether connections may go there. The smallest network that holds an address decides.");

    public static readonly ConfigKey<string> Manifests = new("egress.manifests",
        new TextSyntax("a path", mayBeEmpty: true, LongestPath), "",
        "A YAML file with EgressNetwork manifests, or a folder of them, which is watched as the file is. "
        + "They come after egress.networks. Empty is none.");

    public static ImmutableArray<ConfigKey> All => [Default, ClusterNetworks, Networks, Manifests];
}
