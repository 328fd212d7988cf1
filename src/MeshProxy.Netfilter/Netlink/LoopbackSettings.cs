namespace MeshProxy.Netfilter.Netlink;

/// <summary>
/// Lets lo take IPv4 packets that were readdressed to 127.0.0.1 on their arrival, while the probe runs. The kernel holds such packets for
/// martians (route_localnet, accept_local; ip-sysctl). Set over rtnetlink, which works where /proc/sys is read-only. Values that were on
/// before stay on.
/// </summary>
internal sealed class LoopbackSettings : IDisposable
{
    private const ushort SetLink = 19;
    private const int AfSpec = 26;
    private const int AfInet = 2;
    private const int InetConf = 1;
    private const int AcceptLocal = 23;
    private const int RouteLocalnet = 26;

    private readonly bool _acceptedLocal = IsOn("accept_local");
    private readonly bool _routedLocalnet = IsOn("route_localnet");

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public LoopbackSettings() => Set(1, 1);

    public void Dispose() => Set(_acceptedLocal ? 1u : 0, _routedLocalnet ? 1u : 0);

    private static bool IsOn(string name)
    {
        var file = $"/proc/sys/net/ipv4/conf/lo/{name}";
        return File.Exists(file) && File.ReadAllText(file).Trim() != "0";
    }

    private static void Set(uint acceptLocal, uint routeLocalnet)
    {
        // ifinfomsg: family, padding, type, interface index (lo is 1), flags, change mask.
        var request = new NetlinkMessages();
        request.Begin(SetLink, NetlinkFlags.Request | NetlinkFlags.Acknowledge, 1, [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        var spec = request.BeginNested(AfSpec);
        var inet = request.BeginNested(AfInet);
        var conf = request.BeginNested(InetConf);
        request.Raw(AcceptLocal, BitConverter.GetBytes(acceptLocal));
        request.Raw(RouteLocalnet, BitConverter.GetBytes(routeLocalnet));
        request.EndNested(conf);
        request.EndNested(inet);
        request.EndNested(spec);
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        if (socket.Transact(request, last: 1) is { } error)
            throw new NetlinkException(error.Errno);
    }
}
