using System.Collections.Immutable;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>
/// Proves by real connections that the redirect in force works: per family, outbound and inbound. IPv6 is proven where the namespace has
/// it. Takes a few milliseconds where all is well.
/// </summary>
internal sealed class RedirectSelfTest(RedirectConfig config)
{
    private const string NoTable = "this kernel cannot track a loopback connection anew (nf_tables with conntrack zones)";

    private readonly ImmutableArray<ProbeReport>.Builder _reports = ImmutableArray.CreateBuilder<ProbeReport>(4);

    public static ImmutableArray<ProbeReport> Run(NetlinkSocket socket, RedirectConfig config)
    {
        var test = new RedirectSelfTest(config);
        // One table for both families: each change of rules costs the kernel a grace period.
        using var table = ProbeTable.Install(socket);
        test.Prove(IpFamily.V4, table is not null);
        test.Prove(IpFamily.V6, table is not null);
        return test._reports.ToImmutable();
    }

    /// <summary>What can be proven without a capability: that outbound connections of an app's user arrive at the proxy.</summary>
    public static ImmutableArray<ProbeReport> RunAsApp(RedirectConfig config)
    {
        var test = new RedirectSelfTest(config);
        foreach (var family in new[] { IpFamily.V4, IpFamily.V6 })
        {
            var addresses = InterfaceAddresses.Of(family);
            var reason = family == IpFamily.V6 ? test.ReasonToLeaveIpv6(addresses) : null;
            test.Report("outbound", family, reason is null
                ? new OutboundProbe(config, family, addresses, isApp: true).Run()
                : ProbeResult.Skipped(reason));
        }
        return test._reports.ToImmutable();
    }

    /// <exception cref="NetfilterException">IPv6 is required, and the namespace has none.</exception>
    public static void RequireIpv6(RedirectConfig config)
    {
        if (config.Ipv6 == Ipv6Mode.Required && InterfaceAddresses.Of(IpFamily.V6).IsEmpty)
        {
            throw new NetfilterException(
                FailureKind.NoIpv6, "IPv6 is required, but this namespace has no IPv6 address",
                "leave out --ipv6 required, or give the pod one");
        }
    }

    private void Prove(IpFamily family, bool canEnter)
    {
        var addresses = InterfaceAddresses.Of(family);
        if (family == IpFamily.V6 && ReasonToLeaveIpv6(addresses) is { } reason)
        {
            Report("outbound", family, ProbeResult.Skipped(reason));
            Report("inbound", family, ProbeResult.Skipped(reason));
            return;
        }
        Report("outbound", family, new OutboundProbe(config, family, addresses).Run());
        Report("inbound", family, canEnter ? new InboundProbe(config, family, addresses).Run() : ProbeResult.Skipped(NoTable));
    }

    private void Report(string direction, IpFamily family, ProbeResult result) =>
        _reports.Add(new ProbeReport(direction, family == IpFamily.V4 ? "IPv4" : "IPv6", result.Verdict, result.Detail));

    private string? ReasonToLeaveIpv6(ImmutableArray<InterfaceAddress> addresses) =>
        config.Ipv6 == Ipv6Mode.Off ? "IPv6 is left alone"
        : addresses.IsEmpty ? "the pod has no IPv6 address"
        : null;
}
