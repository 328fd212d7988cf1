using System.Collections.Immutable;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>
/// Proves by real connections that the redirect in force works: per family, outbound and inbound. IPv6 is proven where the namespace has it.
/// Takes a few milliseconds where all is well.
/// </summary>
internal static class RedirectSelfTest
{
    private const string NoTable = "this kernel cannot track a loopback connection anew (nf_tables with conntrack zones)";

    public static ImmutableArray<ProbeReport> Run(NetlinkSocket socket, RedirectConfig config)
    {
        var reports = ImmutableArray.CreateBuilder<ProbeReport>(4);
        // One table for both families: each change of rules costs the kernel a grace period.
        using var table = ProbeTable.Install(socket);
        foreach (var family in new[] { IpFamily.V4, IpFamily.V6 })
        {
            var name = family == IpFamily.V4 ? "IPv4" : "IPv6";
            var addresses = AddressesOf(family);
            if (family == IpFamily.V6 && NotHere(config, addresses) is { } reason)
            {
                reports.Add(new ProbeReport("outbound", name, ProbeVerdict.Skipped, reason));
                reports.Add(new ProbeReport("inbound", name, ProbeVerdict.Skipped, reason));
                continue;
            }
            var outbound = OutboundProbe.Run(config, family, addresses);
            reports.Add(new ProbeReport("outbound", name, outbound.Verdict, outbound.Detail));
            var inbound = table is null ? (Verdict: ProbeVerdict.Skipped, Detail: NoTable) : InboundProbe.Run(config, family, addresses);
            reports.Add(new ProbeReport("inbound", name, inbound.Verdict, inbound.Detail));
        }
        return reports.ToImmutable();
    }

    /// <exception cref="NetfilterException">IPv6 is required, and the namespace has none.</exception>
    public static void RequireIpv6(RedirectConfig config)
    {
        if (config.Ipv6 == Ipv6Mode.Required && AddressesOf(IpFamily.V6).IsEmpty)
            throw new NetfilterException(FailureKind.Unsupported, "IPv6 is required, but this namespace has no IPv6 address", "leave out --ipv6 required, or give the pod one");
    }

    private static string? NotHere(RedirectConfig config, ImmutableArray<InterfaceAddress> addresses) =>
        config.Ipv6 == Ipv6Mode.Off ? "IPv6 is left alone"
        : addresses.IsEmpty ? "the pod has no IPv6 address"
        : null;

    private static ImmutableArray<InterfaceAddress> AddressesOf(IpFamily family)
    {
        try
        {
            return InterfaceAddresses.Of(family);
        }
        catch (NetlinkException e)
        {
            throw new NetfilterException(FailureKind.OperatingSystem, $"the namespace's addresses cannot be read: {e.Message}");
        }
    }
}
