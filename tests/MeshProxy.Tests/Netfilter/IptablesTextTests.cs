using MeshProxy.Netfilter;
using MeshProxy.Netfilter.Backends;
using MeshProxy.Netfilter.Rules;
using MeshProxy.Values;

namespace MeshProxy.Tests.Netfilter;

/// <summary>The fallback: the same decisions in the language of iptables.</summary>
public sealed class IptablesTextTests
{
    [Fact]
    public void A_jump_that_is_there_is_not_added_again()
    {
        var chains = IptablesText.Chains(new RedirectConfig(), IpFamily.V4, socketMatch: true);
        Assert.Contains("-A OUTPUT -p tcp -j MESHPROXY_OUTBOUND\n", IptablesText.Restore(chains, _ => false));
        Assert.DoesNotContain("-A OUTPUT", IptablesText.Restore(chains, _ => true));
    }

    [Fact]
    public void Each_family_gets_its_own_networks()
    {
        var networks = NetworkList.Parse("10.0.0.0/8,fd00::/8", out _);
        var config = new RedirectConfig { Outbound = new OutboundRedirect { SkipSubnets = networks } };

        var v4 = IptablesText.Restore(IptablesText.Chains(config, IpFamily.V4, true), _ => false);
        var v6 = IptablesText.Restore(IptablesText.Chains(config, IpFamily.V6, true), _ => false);

        Assert.Contains("-d 10.0.0.0/8 -j RETURN", v4);
        Assert.DoesNotContain("fd00", v4);
        Assert.Contains("-d fd00::/8 -j RETURN", v6);
        Assert.DoesNotContain("10.0.0.0", v6);
    }

    [Fact]
    public void Ipv6_off_has_no_chains_of_ipv6() =>
        Assert.Empty(IptablesText.Chains(new RedirectConfig { Ipv6 = Ipv6Mode.Off }, IpFamily.V6, true));

    [Fact]
    public void What_was_saved_is_recognised()
    {
        var chains = IptablesText.Chains(new RedirectConfig(), IpFamily.V4, socketMatch: true);
        var saved = IptablesText.Restore(chains, _ => false).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Empty(new IptablesState([.. saved]).Missing(chains));
    }

    [Theory]
    [InlineData("-A OUTPUT -p tcp -j MESHPROXY_OUTBOUND", "the jump to MESHPROXY_OUTBOUND from OUTPUT")]
    [InlineData("-A MESHPROXY_OUTBOUND -o lo -j RETURN", "chain MESHPROXY_OUTBOUND in table nat: 4 rules, not 3")]
    public void What_is_missing_is_named(string line, string named)
    {
        var chains = IptablesText.Chains(new RedirectConfig(), IpFamily.V4, socketMatch: true);
        var saved = IptablesText.Restore(chains, _ => false).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        Assert.True(saved.Remove(line), string.Join('\n', saved));

        Assert.Contains(named, Assert.Single(new IptablesState([.. saved]).Missing(chains)));
    }

    [Fact]
    public void Removal_takes_the_jumps_then_the_rules_then_the_chains()
    {
        var state = new IptablesState([
            "*nat", ":PREROUTING ACCEPT [0:0]", ":PROXY_INIT_REDIRECT - [0:0]", "-A PREROUTING -m mark --mark 0x1 -j PROXY_INIT_REDIRECT",
            "-A PREROUTING -j DOCKER", "-A PROXY_INIT_REDIRECT -p tcp -j REDIRECT --to-ports 4143", "COMMIT"]);

        Assert.Equal(
            "*nat\n-D PREROUTING -m mark --mark 0x1 -j PROXY_INIT_REDIRECT\n-F PROXY_INIT_REDIRECT\n-X PROXY_INIT_REDIRECT\nCOMMIT\n",
            state.Removal((_, chain) => chain.StartsWith("PROXY_INIT_", StringComparison.Ordinal)));
        Assert.Equal("", state.Removal((_, chain) => chain == "ABSENT"));
    }
}
