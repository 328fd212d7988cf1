using System.Collections.Immutable;

namespace MeshProxy.Netfilter;

/// <summary>
/// A setting of the redirect by the name that people give it: in an annotation, as an option of the command line, in the JSON between
/// injector and CNI plugin. All three are made from <see cref="All"/>.
/// </summary>
/// <param name="Help">What it does, with its default, in a line.</param>
/// <param name="IsList">Its value is a list, so that two values make one.</param>
/// <param name="IsSwitch">It may stand without a value, which then is <c>true</c>.</param>
public sealed record RedirectKey(string Name, string Help, bool IsList = false, bool IsSwitch = false)
{
    public static readonly RedirectKey InboundPort = new("inbound-port", "Where the proxy takes inbound connections (4143)");
    public static readonly RedirectKey OutboundPort = new("outbound-port", "Where the proxy takes outbound connections (4140)");
    public static readonly RedirectKey AdminPort = new("admin-port", "The proxy's own endpoints, never redirected (4191)");
    public static readonly RedirectKey ProxyUid = new("proxy-uid", "The user whose connections are the proxy's own (2102)");
    public static readonly RedirectKey ProxyGid = new("proxy-gid", "The group whose connections are the proxy's own");
    public static readonly RedirectKey ProxyMark = new("proxy-mark", "The socket mark of the proxy's own connections, such as 0x4d50");
    public static readonly RedirectKey SkipInboundPorts = new(
        "skip-inbound-ports", "Ports of the pod that bypass the proxy, such as 22,9000-9010", IsList: true);
    public static readonly RedirectKey SkipOutboundPorts = new(
        "skip-outbound-ports", "Destination ports that bypass the proxy", IsList: true);
    public static readonly RedirectKey SkipInboundSubnets = new(
        "skip-inbound-subnets", "Networks whose clients bypass the proxy, such as 10.0.0.0/8,fd00::/8", IsList: true);
    public static readonly RedirectKey SkipOutboundSubnets = new(
        "skip-outbound-subnets", "Destination networks that bypass the proxy", IsList: true);
    public static readonly RedirectKey Redirect = new(
        "redirect", "Inbound connections to redirect: 'listening', where a socket listens (default), or 'all' ports");
    public static readonly RedirectKey InboundMethod = new(
        "inbound-method", "'redirect' (default), or 'tproxy', which keeps the client's port and needs a proxy with NET_ADMIN");
    public static readonly RedirectKey OwnPod = new(
        "own-pod", "The app's connections to its own pod's addresses: 'direct' (default) or 'redirect'");
    public static readonly RedirectKey DropInvalid = new(
        "drop-invalid", "Drop what conntrack cannot place in a redirected connection: 'true' (default) or 'false'", IsSwitch: true);
    public static readonly RedirectKey Ipv6 = new("ipv6", "'auto' (default), 'off' or 'required'", IsSwitch: true);
    public static readonly RedirectKey CloseWaitTimeout = new(
        "close-wait-timeout", "How long conntrack remembers a half-closed connection (1h); 0 leaves the kernel's value");
    public static readonly RedirectKey EstablishedTimeout = new("established-timeout", "How long conntrack remembers an idle connection");
    public static readonly RedirectKey FinWaitTimeout = new(
        "fin-wait-timeout", "How long conntrack remembers a connection whose FIN is not acknowledged");
    public static readonly RedirectKey TimeWaitTimeout = new("time-wait-timeout", "How long conntrack remembers a closed connection");
    public static readonly RedirectKey ForceTimeouts = new(
        "force-timeouts", "Also lower conntrack timeouts that are longer already: 'true' or 'false' (default)", IsSwitch: true);

    public static readonly ImmutableArray<RedirectKey> All =
    [
        InboundPort, OutboundPort, AdminPort, ProxyUid, ProxyGid, ProxyMark,
        SkipInboundPorts, SkipOutboundPorts, SkipInboundSubnets, SkipOutboundSubnets,
        Redirect, InboundMethod, OwnPod, DropInvalid, Ipv6,
        CloseWaitTimeout, EstablishedTimeout, FinWaitTimeout, TimeWaitTimeout, ForceTimeouts,
    ];
}
