using System.Collections.Immutable;
using System.Net;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>
/// A connection to an address that nobody has, from a socket that counts as the app's: it must arrive at the proxy's outbound port and tell its
/// original destination. Nothing leaves the pod unless the redirect fails.
/// </summary>
internal static class OutboundProbe
{
    /// <summary>Reserved for documentation (RFC 5737, RFC 3849) and for discarding (RFC 6666): never anybody's server.</summary>
    private static readonly ImmutableArray<IPAddress> Reserved =
    [
        IPAddress.Parse("192.0.2.1"), IPAddress.Parse("198.51.100.1"), IPAddress.Parse("203.0.113.1"),
        IPAddress.Parse("2001:db8::1"), IPAddress.Parse("100::1"),
    ];

    public static (ProbeVerdict Verdict, string Detail) Run(RedirectConfig config, IpFamily family, ImmutableArray<InterfaceAddress> addresses)
    {
        if (Port(config) is not { } port)
            return (ProbeVerdict.Skipped, "every outbound port is skipped");
        var endpoint = new IPEndPoint(family == IpFamily.V4 ? IPAddress.Loopback : IPAddress.IPv6Loopback, config.Outbound.Port);
        using var proxy = TcpSocket.Open(family);
        if (proxy.Bind(endpoint) is not 0 and var errno || (errno = proxy.Listen()) != 0)
            return ProbePort.Unavailable(endpoint, errno);
        var noRoute = "every network is skipped";
        foreach (var address in Candidates(config, family, port, addresses))
        {
            if (Attempt(family, proxy, endpoint, new IPEndPoint(address, port)) is { } result)
                return result;
            noRoute = "the namespace has no route to probe";
        }
        return (ProbeVerdict.Skipped, noRoute);
    }

    /// <returns>Null where the destination has no route, so that no packet was sent.</returns>
    private static (ProbeVerdict Verdict, string Detail)? Attempt(IpFamily family, TcpSocket proxy, IPEndPoint endpoint, IPEndPoint destination)
    {
        using var client = TcpSocket.Open(family);
        if (client.SetMark(RedirectConfig.ProbeMark) is not 0 and var refused)
            return (ProbeVerdict.Skipped, $"the probe could not be marked: {Errno.Text(refused)}");
        var errno = client.Connect(destination, ProbeArrival.Patience);
        if (errno is Errno.NetworkUnreachable or Errno.HostUnreachable or Errno.AddressNotAvailable or Errno.Access or Errno.Invalid)
            return null;
        var expected = $"a connection to {destination} should arrive at {endpoint}";
        if (errno != 0)
            return (ProbeVerdict.Failed, $"{expected}, but ended with {Errno.Text(errno)}");
        return ProbeArrival.Await(proxy, client.Local, destination) is { } seen
            ? (ProbeVerdict.Failed, $"{expected}: {seen}")
            : (ProbeVerdict.Redirected, $"{destination} arrived at {endpoint}");
    }

    /// <summary>Reserved addresses first; then, for a namespace without a default route, neighbours of its own addresses.</summary>
    private static IEnumerable<IPAddress> Candidates(RedirectConfig config, IpFamily family, ushort port, ImmutableArray<InterfaceAddress> addresses) =>
        Reserved.Concat(addresses.Select(a => Neighbour(a.Address)))
            .Where(a => a.AddressFamily == (family == IpFamily.V4 ? System.Net.Sockets.AddressFamily.InterNetwork : System.Net.Sockets.AddressFamily.InterNetworkV6))
            .Where(a => RedirectDecision.Outbound(config, new SocketOwner(0, 0, RedirectConfig.ProbeMark), new IPEndPoint(a, port), ownPod: false));

    private static IPAddress Neighbour(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes[^1] ^= 1;
        return new IPAddress(bytes);
    }

    private static ushort? Port(RedirectConfig config)
    {
        for (var port = 20_001; port <= ushort.MaxValue; port++)
        {
            if (!config.Outbound.SkipPorts.Any(p => p.Contains((ushort)port)))
                return (ushort)port;
        }
        return Enumerable.Range(1, 20_000).Select(p => (ushort?)p).FirstOrDefault(p => !config.Outbound.SkipPorts.Any(s => s.Contains(p!.Value)));
    }
}
