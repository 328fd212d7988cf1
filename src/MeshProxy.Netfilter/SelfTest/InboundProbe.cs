using System.Collections.Immutable;
using System.Net;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>
/// A connection to a server on one of the pod's own addresses, made to enter as if from outside by the <see cref="ProbeTable"/> in force:
/// it must arrive at the proxy's inbound port and tell its original destination.
/// </summary>
internal sealed class InboundProbe(RedirectConfig config, IpFamily family, ImmutableArray<InterfaceAddress> addresses)
{
    /// <summary>The kernel gives the server its port; one that the configuration skips is tried again.</summary>
    private const int PortAttempts = 16;

    private readonly IPEndPoint _endpoint = new(family == IpFamily.V4 ? IPAddress.Loopback : IPAddress.IPv6Loopback, config.Inbound.Port);

    public ProbeResult Run()
    {
        if (addresses.FirstOrDefault(a => a.IsUsable) is not { Address: { } pod })
            return ProbeResult.Skipped(addresses.IsEmpty ? "the pod has no address yet" : "the pod's address is still tentative");
        // IPv4 needs a source on lo, lest a strict reverse path filter drop it; IPv6 refuses to leave lo with such a source.
        var source = family == IpFamily.V4 ? IPAddress.Loopback : pod;
        using var server = Serve(pod, source);
        if (server is null)
            return ProbeResult.Skipped("every inbound port or network is skipped");
        using var proxy = TcpSocket.Open(family);
        if (config.Inbound.Method == InboundMethod.Tproxy && proxy.SetTransparent() is not 0 and var refused)
            return ProbeResult.Skipped($"the probe could not be made transparent: {Errno.Text(refused)}");
        return ProbePort.Listen(proxy, _endpoint) ?? Connect(source, server.Local, proxy);
    }

    private ProbeResult Connect(IPAddress source, IPEndPoint destination, TcpSocket proxy)
    {
        using var settings = family == IpFamily.V4 ? AcceptReaddressed() : null;
        if (family == IpFamily.V4 && settings is null)
            return ProbeResult.Skipped("lo cannot be made to take readdressed packets");
        using var client = TcpSocket.Open(family);
        var errno = client.SetMark(RedirectConfig.ProbeMark);
        if (errno != 0)
            return ProbeResult.Skipped($"the probe could not be marked: {Errno.Text(errno)}");
        client.Bind(new IPEndPoint(source, 0));
        var expected = $"a connection to {destination} should arrive at port {_endpoint.Port}";
        errno = client.Connect(destination, ProbeArrival.Patience);
        if (errno != 0)
            return ProbeResult.Failed(expected, Errno.Text(errno));
        return ProbeArrival.Await(proxy, client.Local, destination) is { } seen
            ? ProbeResult.Failed(expected, seen)
            : ProbeResult.Redirected($"{destination} arrived at port {_endpoint.Port}");
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
    private TcpSocket? Serve(IPAddress pod, IPAddress client)
    {
        for (var attempt = 0; attempt < PortAttempts; attempt++)
        {
            var server = TcpSocket.Open(family);
            var listens = server.Bind(new IPEndPoint(pod, 0)) == 0 && server.Listen() == 0;
            if (listens && RedirectDecision.Inbound(config, client, (ushort)server.Local.Port, listening: true))
                return server;
            server.Dispose();
        }
        return null;
    }
}
