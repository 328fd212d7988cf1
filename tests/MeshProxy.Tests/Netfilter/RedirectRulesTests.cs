using MeshProxy.Netfilter;
using MeshProxy.Netfilter.NfTables;
using MeshProxy.Netfilter.Rules;
using MeshProxy.Values;

namespace MeshProxy.Tests.Netfilter;

/// <summary>The rules as a function of the configuration; what they do to packets is tested in a real namespace.</summary>
public sealed class RedirectRulesTests
{
    [Fact]
    public void Default_rules_read_as_written_here() => Assert.Equal(
        """
        add table inet meshproxy
        delete table inet meshproxy
        table inet meshproxy {
        	set skip_inbound_ports {
        		type inet_service
        		flags interval
        		elements = { 4191 }
        	}
        	chain inbound_invalid {
        		meta skuid != 4294967295 counter accept comment "of a connection not redirected"
        		tcp dport 4143 counter reject with tcp reset comment "the proxy's port is no server's"
        		tcp dport @skip_inbound_ports counter accept comment "skip-inbound-ports"
        		socket transparent <= 1 counter drop comment "drop-invalid"
        	}
        	chain inbound {
        		type nat hook prerouting priority -100; policy accept;
        		tcp dport @skip_inbound_ports counter accept comment "skip-inbound-ports"
        		tcp flags & (fin | syn | rst | ack) == syn socket transparent <= 1 counter redirect to :4143 \
        			comment "inbound, where a socket listens"
        		meta l4proto tcp socket wildcard 1 counter redirect to :4143 comment "inbound, forgotten by conntrack"
        	}
        	chain inbound_guard {
        		type filter hook input priority -150; policy accept;
        		iif != "lo" meta l4proto tcp ct state invalid counter jump inbound_invalid comment "not placed by conntrack"
        		iif != "lo" tcp dport 4143 ct status & dnat == 0 counter reject with tcp reset comment "the proxy's port is no server's"
        	}
        	chain outbound {
        		type nat hook output priority -100; policy accept;
        		meta l4proto tcp meta skuid 2102 meta mark != 0x6d707062 counter accept comment "the proxy's user"
        		meta l4proto tcp oif "lo" counter accept comment "to the own pod"
        		tcp flags & (fin | syn | rst | ack) == syn counter redirect to :4140 comment "outbound"
        	}
        	chain outbound_guard {
        		type filter hook output priority -150; policy accept;
        		oif != "lo" tcp sport 4143 tcp flags & rst == 0 ct state invalid,new counter drop comment "drop-invalid"
        	}
        }

        """.Replace("\\\n\t\t\t", "", StringComparison.Ordinal), NftText.Of(RedirectRules.Of(new RedirectConfig())));

    [Fact]
    public void Outbound_decides_proxy_then_networks_then_ports_then_own_pod()
    {
        var config = new RedirectConfig
        {
            Proxy = new ProxyIdentity(2102, 2103, 0x4d50),
            Outbound = new OutboundRedirect
            {
                SkipPorts = [new(25, 25)],
                SkipSubnets = NetworkList.Parse("10.0.0.0/8,fd00::/8", out _),
            },
        };

        var outbound = RedirectRules.Of(config).Chains.Single(c => c.Name == "outbound");

        Assert.Equal(
            [
                "the proxy's user", "the proxy's group", "the proxy's mark", "skip-outbound-subnets", "skip-outbound-subnets",
                "skip-outbound-ports", "to the own pod", "outbound",
            ],
            outbound.Rules.Select(r => r.Comment));
    }

    [Fact]
    public void Ipv6_off_leaves_every_ipv6_packet_alone()
    {
        var text = NftText.Of(RedirectRules.Of(new RedirectConfig { Ipv6 = Ipv6Mode.Off }));
        static bool Acts(string line) =>
            line.Contains("redirect to", StringComparison.Ordinal) || line.Contains(" drop ", StringComparison.Ordinal);

        foreach (var line in text.Split('\n').Where(Acts))
            Assert.Contains("meta nfproto ipv4", line);
    }

    [Fact]
    public void Every_rule_counts()
    {
        var rules = RedirectRules.Of(new RedirectConfig { Inbound = new InboundRedirect { SkipPorts = [new(1, 1)] } });
        Assert.All(rules.Chains.SelectMany(c => c.Rules), r => Assert.Contains(new Statement.Counter(), r.Statements));
    }

    /// <summary>What changes nothing in the kernel, such as a timeout, does not change it either.</summary>
    [Fact]
    public void Equal_rules_have_equal_fingerprints_and_others_have_not()
    {
        RedirectConfig[] different =
        [
            new(),
            new() { Proxy = new ProxyIdentity(2103) },
            new() { Proxy = new ProxyIdentity(Mark: 7) },
            new() { Inbound = new InboundRedirect(5143) },
            new() { Inbound = new InboundRedirect { Mode = InboundMode.All } },
            new() { Inbound = new InboundRedirect { Method = InboundMethod.Tproxy } },
            new() { Inbound = new InboundRedirect { SkipPorts = [new(22, 22)] } },
            new() { Inbound = new InboundRedirect { SkipPorts = [new(22, 23)] } },
            new() { Outbound = new OutboundRedirect { SkipPorts = [new(22, 22)] } },
            new() { Outbound = new OutboundRedirect { OwnPod = OwnPodPolicy.Redirect } },
            new() { DropInvalid = false },
            new() { Ipv6 = Ipv6Mode.Off },
        ];
        Assert.Equal(different.Length, different.Select(HashOf).Distinct().Count());
        Assert.Equal(HashOf(new()), HashOf(new() { Timeouts = new ConntrackTimeouts(null) }));
        Assert.Equal(
            HashOf(new() { Inbound = new InboundRedirect { SkipPorts = [new(22, 22), new(23, 30)] } }),
            HashOf(new() { Inbound = new InboundRedirect { SkipPorts = [new(22, 30)] } }));
    }

    private static string HashOf(RedirectConfig config) => Fingerprint.Of(TableState.Of(RedirectRules.Of(config)));
}
