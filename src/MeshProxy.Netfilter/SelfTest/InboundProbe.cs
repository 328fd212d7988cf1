using System.Collections.Immutable;
using System.Net;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>
/// A connection to a server on one of the pod's own addresses, made to enter as if from outside by the <see cref="ProbeTable"/> in force: it must arrive at the
/// proxy's inbound port and tell its original destination.
/// </summary>
internal static class InboundProbe
{
    /// <summary>The kernel gives the server its port; one that the configuration skips is tried again.</summary>
    private const int PortAttempts = 16;

    public static (ProbeVerdict Verdict, string Detail) Run(RedirectConfig config, IpFamily family, ImmutableArray<InterfaceAddress> addresses)
    {
        if (addresses.FirstOrDefault(a => a.IsUsable) is not { Address: { } pod })
            return (ProbeVerdict.Skipped, addresses.IsEmpty ? "the pod has no address yet" : "the pod's address is still tentative");
        var loopback = family == IpFamily.V4 ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        // IPv4 needs a source on lo, lest a strict reverse path filter drop it; IPv6 refuses to leave lo with such a source.
        var source = family == IpFamily.V4 ? loopback : pod;
        using var server = Serve(config, family, pod, source, out var destination);
        if (server is null)
            return (ProbeVerdict.Skipped, "every inbound port or network is skipped");
        var endpoint = new IPEndPoint(loopback, config.Inbound.Port);
        using var proxy = TcpSocket.Open(family);
        if (config.Inbound.Method == InboundMethod.Tproxy && proxy.SetTransparent() is not 0 and var refused)
            return (ProbeVerdict.Skipped, $"the probe could not be made transparent: {Errno.Text(refused)}");
        if (proxy.Bind(endpoint) is not 0 and var errno || (errno = proxy.Listen()) != 0)
            return ProbePort.Unavailable(endpoint, errno);
        return Connect(family, source, destination, endpoint, proxy);
    }

    private static (ProbeVerdict Verdict, string Detail) Connect(IpFamily family, IPAddress source, IPEndPoint destination, IPEndPoint endpoint, TcpSocket proxy)
    {
        using var settings = family == IpFamily.V4 ? AcceptReaddressed() : null;
        if (family == IpFamily.V4 && settings is null)
            return (ProbeVerdict.Skipped, "lo cannot be made to take readdressed packets");
        using var client = TcpSocket.Open(family);
        var errno = client.SetMark(RedirectConfig.ProbeMark);
        if (errno != 0)
            return (ProbeVerdict.Skipped, $"the probe could not be marked: {Errno.Text(errno)}");
        client.Bind(new IPEndPoint(source, 0));
        var expected = $"a connection to {destination} should arrive at port {endpoint.Port}";
        errno = client.Connect(destination, ProbeArrival.Patience);
        if (errno != 0)
            return (ProbeVerdict.Failed, $"{expected}, but ended with {Errno.Text(errno)}");
        return ProbeArrival.Await(proxy, client.Local, destination) is { } seen
            ? (ProbeVerdict.Failed, $"{expected}: {seen}")
            : (ProbeVerdict.Redirected, $"{destination} arrived at port {endpoint.Port}");
    }

    private static LoopbackSettings? AcceptReaddressed()
    {
        try
        {
            return new LoopbackSettings();
        }
        catch (NetlinkException)
        {
            return null;
        }
    }

    /// <summary>A server at a port that the configuration redirects, or null.</summary>
    private static TcpSocket? Serve(RedirectConfig config, IpFamily family, IPAddress pod, IPAddress client, out IPEndPoint destination)
    {
        for (var attempt = 0; attempt < PortAttempts; attempt++)
        {
            var server = TcpSocket.Open(family);
            if (server.Bind(new IPEndPoint(pod, 0)) == 0 && server.Listen() == 0)
            {
                destination = server.Local;
                if (RedirectDecision.Inbound(config, client, (ushort)destination.Port, listening: true))
                    return server;
            }
            server.Dispose();
        }
        destination = new IPEndPoint(pod, 0);
        return null;
    }
}
