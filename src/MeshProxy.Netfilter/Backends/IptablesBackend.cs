using System.Collections.Immutable;
using MeshProxy.Netfilter.Leftovers;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.Backends;

/// <summary>
/// The rules through iptables-restore, for hosts where something insists on it. Each family and table is one transaction of its own. IPv6
/// must succeed only where the pod has an IPv6 address.
/// </summary>
internal sealed class IptablesBackend(NetlinkSocket socket, bool legacy) : IRuleBackend
{
    private const string NoSocketMatch =
        "there is no 'socket' match here (xt_socket): every inbound port is redirected, so closed ports look open";

    public RuleChange Apply(RedirectConfig config, ImmutableArray<Leftover> leftovers)
    {
        var v4 = new IptablesProgram(IpFamily.V4, legacy);
        v4.Probe();
        var warnings = ImmutableArray.CreateBuilder<string>();
        if (config.Inbound.Mode == InboundMode.Listening && !v4.HasSocketMatch())
        {
            warnings.Add(NoSocketMatch);
            config = config with { Inbound = config.Inbound with { Mode = InboundMode.All } };
        }
        var changed = Apply(v4, config);
        if (ApplyIpv6(config, out var error))
            changed = true;
        else if (error is not null)
            warnings.Add(error);
        LeftoverRemoval.Remove(socket, leftovers);
        return new RuleChange(changed || !leftovers.IsEmpty, Hash(config), config, warnings.ToImmutable());
    }

    public ImmutableArray<string> Differences(RedirectConfig config)
    {
        var v4 = new IptablesProgram(IpFamily.V4, legacy);
        config = v4.HasSocketMatch() ? config : config with { Inbound = config.Inbound with { Mode = InboundMode.All } };
        var differences = Missing(v4, config);
        return config.Ipv6 == Ipv6Mode.Off || !HasIpv6()
            ? differences
            : [.. differences, .. Missing(new IptablesProgram(IpFamily.V6, legacy), config).Select(d => $"{d} (IPv6)")];
    }

    private static ImmutableArray<string> Missing(IptablesProgram program, RedirectConfig config) =>
        [.. new IptablesState(program.Save()).Missing(Chains(config, program.Family))];

    /// <returns>Whether anything was changed; with an error, IPv6 failed where the pod does not need it.</returns>
    private bool ApplyIpv6(RedirectConfig config, out string? error)
    {
        error = null;
        try
        {
            return Apply(new IptablesProgram(IpFamily.V6, legacy), config);
        }
        catch (NetfilterException e) when (config.Ipv6 != Ipv6Mode.Required && (config.Ipv6 == Ipv6Mode.Off || !HasIpv6()))
        {
            error = config.Ipv6 == Ipv6Mode.Off ? null : $"the pod has no IPv6, and it is not redirected: {e.Failure.Cause}";
            return false;
        }
    }

    /// <summary>What is in force stays so until it is replaced; chains of an older configuration go last.</summary>
    private static bool Apply(IptablesProgram program, RedirectConfig config)
    {
        var chains = Chains(config, program.Family);
        var state = new IptablesState(program.Save());
        var stale = state.Removal((table, chain) =>
            chain.StartsWith(IptablesText.ChainPrefix, StringComparison.Ordinal) && !chains.Any(c => c.Table == table && c.Name == chain));
        if (stale.Length == 0 && !state.Missing(chains).Any())
            return false;
        program.Restore(IptablesText.Restore(chains, c => state.Jumps(c.Table, c.Name)) + stale, "adding the rules");
        return Missing(program, config).FirstOrDefault() is { } missing
            ? throw new NetfilterException(FailureKind.CheckFailed, $"the rules were accepted, but are not in force: {missing}")
            : true;
    }

    private static ImmutableArray<IptablesChain> Chains(RedirectConfig config, IpFamily family) =>
        IptablesText.Chains(config, family, socketMatch: true);

    private static string Hash(RedirectConfig config) =>
        IptablesText.Hash([.. Chains(config, IpFamily.V4), .. Chains(config, IpFamily.V6)]);

    private static bool HasIpv6() => !InterfaceAddresses.Of(IpFamily.V6).IsEmpty;
}
