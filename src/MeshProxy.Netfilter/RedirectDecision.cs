using System.Collections.Immutable;
using System.Net;
using MeshProxy.Values;

namespace MeshProxy.Netfilter;

/// <summary>
/// The redirect as a decision per connection, independent of any kernel: what the rules must amount to. The self-test asks it which
/// connection would prove something; tests compare it with what the kernel does.
/// </summary>
internal static class RedirectDecision
{
    /// <param name="config">The redirect.</param>
    /// <param name="client">Address the connection comes from, from outside the pod.</param>
    /// <param name="port">Port of the pod it goes to.</param>
    /// <param name="listening">Whether a socket takes connections at that address and port.</param>
    /// <returns>Whether the connection reaches the proxy.</returns>
    public static bool Inbound(RedirectConfig config, IPAddress client, ushort port, bool listening) =>
        !IsLeftAlone(config, client)
        && !Contains(config.Inbound.SkipSubnets, client)
        && !Contains(config.InboundSkipPorts, port)
        && (listening || config.Inbound.Mode == InboundMode.All);

    /// <param name="config">The redirect.</param>
    /// <param name="owner">Who opens the connection.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="ownPod">Whether that is an address of this pod.</param>
    /// <returns>Whether the connection reaches the proxy.</returns>
    public static bool Outbound(RedirectConfig config, SocketOwner owner, IPEndPoint destination, bool ownPod) =>
        !IsLeftAlone(config, destination.Address)
        && !IsProxy(config.Proxy, owner)
        && !Contains(config.Outbound.SkipSubnets, destination.Address)
        && !Contains(config.Outbound.SkipPorts, (ushort)destination.Port)
        && !IPAddress.IsLoopback(destination.Address)
        && !(ownPod && config.Outbound.OwnPod == OwnPodPolicy.Direct);

    private static bool IsLeftAlone(RedirectConfig config, IPAddress address) =>
        config.Ipv6 == Ipv6Mode.Off && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;

    private static bool IsProxy(ProxyIdentity proxy, SocketOwner owner) =>
        owner.Mark != RedirectConfig.ProbeMark
        && (owner.Uid == proxy.Uid || owner.Gid == proxy.Gid || (owner.Mark == proxy.Mark && proxy.Mark is not null));

    private static bool Contains(ImmutableArray<IPNetwork> networks, IPAddress address) => networks.Any(n => n.Contains(address));

    private static bool Contains(ImmutableArray<PortRange> ports, ushort port) => ports.Any(p => p.Contains(port));
}
