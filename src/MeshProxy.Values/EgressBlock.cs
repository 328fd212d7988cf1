using System.Collections.Immutable;
using System.Net;

namespace MeshProxy.Values;

/// <summary>
/// A network without the parts named in <paramref name="Except"/>; a part that lies outside it, or is of the other family, means nothing.
/// </summary>
public sealed record EgressBlock(IPNetwork Cidr, ImmutableArray<IPNetwork> Except)
{
    /// <summary>
    /// Private and carrier-grade ranges where pods and Services live unless told otherwise; the default of Linkerd's clusterNetworks.
    /// </summary>
    public static ImmutableArray<IPNetwork> DefaultClusterNetworks { get; } =
        NetworkList.Parse("10.0.0.0/8,100.64.0.0/10,172.16.0.0/12,192.168.0.0/16,fd00::/8", out _);

    /// <summary>Every address outside the cluster, IPv4 and IPv6.</summary>
    public static ImmutableArray<EgressBlock> Outside(ImmutableArray<IPNetwork> clusterNetworks) =>
        [new(IPNetwork.Parse("0.0.0.0/0"), clusterNetworks), new(IPNetwork.Parse("::/0"), clusterNetworks)];
}
