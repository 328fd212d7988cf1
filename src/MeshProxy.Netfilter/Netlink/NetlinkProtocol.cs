namespace MeshProxy.Netfilter.Netlink;

/// <summary>What of the kernel a netlink socket speaks to (netlink(7)).</summary>
internal enum NetlinkProtocol
{
    Route = 0,
    SocketDiagnostics = 4,
    Netfilter = 12,
}
