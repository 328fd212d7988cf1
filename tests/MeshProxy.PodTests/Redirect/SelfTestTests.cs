using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Redirect;

/// <summary>The proof at the end of init: it finds what keeps the redirect from working, and nothing else.</summary>
public sealed class SelfTestTests(RedirectNetwork network) : IClassFixture<RedirectNetwork>
{
    [PodTheory("iptables-nft-restore", "iptables-legacy-restore")]
    [InlineData(RedirectBackend.Netlink, InboundMethod.Redirect)]
    [InlineData(RedirectBackend.Netlink, InboundMethod.Tproxy)]
    [InlineData(RedirectBackend.IptablesNft, InboundMethod.Redirect)]
    [InlineData(RedirectBackend.IptablesLegacy, InboundMethod.Redirect)]
    [InlineData(RedirectBackend.IptablesLegacy, InboundMethod.Tproxy)]
    public void Both_directions_of_both_families_are_proven(RedirectBackend backend, InboundMethod method)
    {
        using var pod = new RedirectedPod(network);
        var outcome = pod.MustApply(new RedirectConfig { Inbound = new InboundRedirect { Method = method } }, new RedirectOptions(backend));
        Assert.Equal(
            ["outbound IPv4 Redirected", "inbound IPv4 Redirected", "outbound IPv6 Redirected", "inbound IPv6 Redirected"],
            outcome.Probes.Select(p => $"{p.Direction} {p.Family} {p.Verdict}"));
    }

    /// <summary>Another's rules come first, and take the connection elsewhere.</summary>
    [PodTheory("nft")]
    [InlineData(
        "output", "tcp dport 20001 meta nfproto ipv4 redirect to :9", "outbound IPv4", "192.0.2.1:20001 should arrive at 127.0.0.1:4140")]
    [InlineData(
        "output", "tcp dport 20001 meta nfproto ipv6 redirect to :9", "outbound IPv6", "[2001:db8::1]:20001 should arrive at [::1]:4140")]
    [InlineData("prerouting", "meta l4proto tcp meta nfproto ipv4 redirect to :9", "inbound IPv4", "should arrive at port 4143")]
    [InlineData("prerouting", "meta l4proto tcp meta nfproto ipv6 redirect to :9", "inbound IPv6", "should arrive at port 4143")]
    public async Task A_redirect_that_does_not_work_is_found_and_said(string hook, string rule, string direction, string expected)
    {
        using var pod = new RedirectedPod(network);
        await pod.MustRunAsync("nft", $"table inet other {{ chain first {{ type nat hook {hook} priority -110; {rule}; }}; }}");

        var outcome = pod.Apply(new RedirectConfig());

        Assert.Equal(FailureKind.CheckFailed, outcome.Failure?.Kind);
        Assert.Contains(direction + ": ", outcome.Failure!.Cause);
        Assert.Contains(expected, outcome.Failure.Cause);
        Assert.Contains(outcome.Probes, p => $"{p.Direction} {p.Family}" == direction && p.Verdict == ProbeVerdict.Failed);
    }

    [PodFact]
    public void A_namespace_without_ipv6_is_proven_by_ipv4_alone()
    {
        using var pod = RedirectedPod.Alone();
        pod.App.Namespace.WriteSetting("net/ipv6/conf/all/disable_ipv6", "1");

        var outcome = pod.MustApply(new RedirectConfig());

        Assert.Equal(["Redirected", "Redirected", "Skipped", "Skipped"], outcome.Probes.Select(p => p.Verdict.ToString()));
        var required = pod.Apply(new RedirectConfig { Ipv6 = Ipv6Mode.Required });
        Assert.Equal(FailureKind.NoIpv6, required.Failure?.Kind);
        Assert.Contains("no IPv6 address", required.Failure!.Cause);
    }

    [PodFact]
    public void A_namespace_without_routes_is_proven_by_its_neighbours()
    {
        using var pod = RedirectedPod.Alone();
        pod.App.Namespace.Configure("route delete default", "route delete ::/0");
        Assert.All(pod.MustApply(new RedirectConfig()).Probes, p => Assert.Equal(ProbeVerdict.Redirected, p.Verdict));
    }

    [PodFact]
    public void An_empty_namespace_has_nothing_to_prove()
    {
        using var space = NetworkNamespace.Create("empty");
        var outcome = Netfilter.Redirect.Apply(new RedirectConfig(), new RedirectOptions(NetworkNamespace: space.Path));
        Assert.Null(outcome.Failure);
        Assert.All(outcome.Probes, p => Assert.Equal(ProbeVerdict.Skipped, p.Verdict));
    }

    [PodFact]
    public void A_strict_reverse_path_filter_is_no_obstacle()
    {
        using var pod = RedirectedPod.Alone();
        pod.App.Namespace.WriteSetting("net/ipv4/conf/all/rp_filter", "1");
        Assert.All(pod.MustApply(new RedirectConfig()).Probes, p => Assert.Equal(ProbeVerdict.Redirected, p.Verdict));
    }

    [PodFact]
    public async Task It_leaves_no_rule_setting_or_socket_behind()
    {
        using var pod = RedirectedPod.Alone();
        const string Settings = "/proc/sys/net/ipv4/conf/lo/";
        pod.MustApply(new RedirectConfig());

        Assert.Equal("0\n0\n", await pod.MustRunAsync("cat", Settings + "accept_local", Settings + "route_localnet"));
        Assert.Equal("table inet meshproxy\n", await pod.MustRunAsync("nft", "list", "tables"));
        // A socket in TIME_WAIT would keep a proxy that does not reuse addresses from its port.
        Assert.DoesNotContain("414", await pod.MustRunAsync("ss", "-tanH"));
    }

    [PodFact]
    public void A_proxy_that_runs_already_is_not_disturbed()
    {
        using var pod = new RedirectedPod(network);
        pod.StandIn();
        var outcome = pod.MustApply(new RedirectConfig());
        Assert.All(outcome.Probes, p => Assert.Contains("is in use: the proxy runs already", p.Detail));
    }

    /// <summary>Init may run as the proxy's own user, whose connections are otherwise left alone.</summary>
    [PodFact]
    public async Task The_proxys_own_user_can_prove_it_too()
    {
        using var pod = new RedirectedPod(network);
        var (exitCode, output) = await pod.RunAsync(
            "setpriv", "--reuid=2102", "--regid=2102", "--clear-groups", "--inh-caps=+net_admin", "--ambient-caps=+net_admin",
            "--bounding-set=-all,+net_admin", MeshProxyExecutable.Path, "init");
        Assert.True(exitCode == 0, output);
        Assert.Contains("self-test outbound IPv4: redirected", output);
        Assert.Contains("self-test inbound IPv6: redirected", output);
    }
}
