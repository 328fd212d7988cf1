using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>
/// A connection to an address that nobody has, from a socket that counts as the app's: it must arrive at the proxy's outbound port and tell
/// its original destination. Nothing leaves the pod unless the redirect fails.
/// </summary>
/// <param name="isApp">This process runs as an app's user, so that its connections are the app's without a mark, which takes
/// NET_ADMIN.</param>
internal sealed class OutboundProbe(RedirectConfig config, IpFamily family, ImmutableArray<InterfaceAddress> addresses, bool isApp = false)
{
    /// <summary>Reserved for documentation (RFC 5737, RFC 3849) and for discarding (RFC 6666): never anybody's server.</summary>
    private static readonly ImmutableArray<IPAddress> Reserved =
    [
        IPAddress.Parse("192.0.2.1"), IPAddress.Parse("198.51.100.1"), IPAddress.Parse("203.0.113.1"),
        IPAddress.Parse("2001:db8::1"), IPAddress.Parse("100::1"),
    ];

    private readonly IPEndPoint _endpoint = new(family == IpFamily.V4 ? IPAddress.Loopback : IPAddress.IPv6Loopback, config.Outbound.Port);

    public ProbeResult Run()
    {
        if (Port() is not { } port)
            return ProbeResult.Skipped("every outbound port is skipped");
        using var proxy = TcpSocket.Open(family);
        if (ProbePort.Listen(proxy, _endpoint) is { } unavailable)
            return unavailable;
        var nothing = "every network is skipped";
        foreach (var address in Candidates(port))
        {
            if (Attempt(proxy, new IPEndPoint(address, port)) is { } result)
                return result;
            nothing = "the namespace has no route to probe";
        }
        return ProbeResult.Skipped(nothing);
    }

    /// <returns>Null where the destination has no route, so that no packet was sent.</returns>
    private ProbeResult? Attempt(TcpSocket proxy, IPEndPoint destination)
    {
        using var client = TcpSocket.Open(family);
        if (!isApp && client.SetMark(RedirectConfig.ProbeMark) is not 0 and var refused)
            return ProbeResult.Skipped($"the probe could not be marked: {Errno.Text(refused)}");
        var errno = client.Connect(destination, ProbeArrival.Patience);
        if (HasNoRoute(errno))
            return null;
        var expected = $"a connection to {destination} should arrive at {_endpoint}";
        if (errno != 0)
            return ProbeResult.Failed(expected, Errno.Text(errno));
        return ProbeArrival.Await(proxy, client.Local, destination) is { } seen
            ? ProbeResult.Failed(expected, seen)
            : ProbeResult.Redirected($"{destination} arrived at {_endpoint}");
    }

    private static bool HasNoRoute(int errno) =>
        errno is Errno.NetworkUnreachable or Errno.HostUnreachable or Errno.AddressNotAvailable or Errno.Access or Errno.Invalid;

    /// <summary>Reserved addresses first; then, for a namespace without a default route, neighbours of its own addresses.</summary>
    private IEnumerable<IPAddress> Candidates(ushort port)
    {
        var wanted = family == IpFamily.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        var probe = new SocketOwner(0, 0, RedirectConfig.ProbeMark);
        return Reserved.Concat(addresses.Select(a => Neighbour(a.Address)))
            .Where(a => a.AddressFamily == wanted)
            .Where(a => RedirectDecision.Outbound(config, probe, new IPEndPoint(a, port), ownPod: false));
    }

    private static IPAddress Neighbour(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes[^1] ^= 1;
        return new IPAddress(bytes);
    }

    /// <summary>One that no well-known service has, unless the configuration leaves no such port.</summary>
    private ushort? Port()
    {
        const int Preferred = 20_001;
        foreach (var port in Enumerable.Range(Preferred, ushort.MaxValue + 1 - Preferred).Concat(Enumerable.Range(1, Preferred - 1)))
        {
            if (!config.Outbound.SkipPorts.Any(s => s.Contains((ushort)port)))
                return (ushort)port;
        }
        return null;
    }
}
