using System.Net;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Redirect;

/// <summary>Another mesh's rules: two redirects in one namespace are one too many.</summary>
public sealed class LeftoverTests
{
    /// <summary>What a well-known init container leaves, command by command.</summary>
    private const string Linkerd = """
        set -e
        for b in IPTABLES IP6; do
        $b -t nat -N PROXY_INIT_REDIRECT
        $b -t nat -A PROXY_INIT_REDIRECT -p tcp -m multiport --dports 4190,4191 -j RETURN
        $b -t nat -A PROXY_INIT_REDIRECT -p tcp -j REDIRECT --to-port 14143
        $b -t nat -A PREROUTING -j PROXY_INIT_REDIRECT -m comment --comment proxy-init/install-proxy-init-prerouting
        $b -t nat -N PROXY_INIT_OUTPUT
        $b -t nat -A PROXY_INIT_OUTPUT -m owner --uid-owner 2102 -j RETURN
        $b -t nat -A PROXY_INIT_OUTPUT -o lo -j RETURN
        $b -t nat -A PROXY_INIT_OUTPUT -p tcp -j REDIRECT --to-port 14140
        $b -t nat -A OUTPUT -j PROXY_INIT_OUTPUT -m comment --comment proxy-init/install-proxy-init-output
        done
        """;

    private const string Istio = """
        *nat
        -N ISTIO_INBOUND
        -N ISTIO_REDIRECT
        -N ISTIO_IN_REDIRECT
        -N ISTIO_OUTPUT
        -A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
        -A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006
        -A PREROUTING -p tcp -j ISTIO_INBOUND
        -A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT
        -A OUTPUT -j ISTIO_OUTPUT
        -A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN
        -A ISTIO_OUTPUT -p tcp -j ISTIO_REDIRECT
        COMMIT
        """;

    [PodTheory("iptables-nft", "iptables-legacy", "nft")]
    [InlineData("nft", RedirectBackend.Netlink)]
    [InlineData("nft", RedirectBackend.IptablesLegacy)]
    [InlineData("legacy", RedirectBackend.Netlink)]
    [InlineData("legacy", RedirectBackend.IptablesNft)]
    public async Task Linkerds_rules_are_refused_and_removed_on_request(string variant, RedirectBackend backend)
    {
        using var pod = RedirectedPod.Alone();
        await pod.MustRunAsync("sh", "-c", Linkerd.Replace("IPTABLES", $"iptables-{variant}").Replace("IP6", $"ip6tables-{variant}"));

        var refused = pod.Apply(new RedirectConfig(), new RedirectOptions(backend));
        Assert.Equal(FailureKind.Conflict, refused.Failure?.Kind);
        Assert.StartsWith("Linkerd's rules redirect this namespace already: ", refused.Failure!.Cause);
        Assert.Contains($"ip6tables-{variant} chain PROXY_INIT_REDIRECT in table nat", refused.Failure.Cause);
        Assert.Contains("--replace", refused.Failure.Cure);
        Assert.Equal(FailureKind.Conflict, pod.Inspect().Failure?.Kind);

        await ReplacesAsync(pod, backend, "PROXY_INIT");
    }

    [PodTheory("iptables-nft", "iptables-legacy", "nft")]
    [InlineData("iptables-nft-restore --noflush", RedirectBackend.Netlink)]
    [InlineData("iptables-legacy-restore --noflush", RedirectBackend.Netlink)]
    public async Task Istios_rules_are_refused_and_removed_on_request(string restore, RedirectBackend backend)
    {
        using var pod = RedirectedPod.Alone();
        await pod.MustRunAsync("sh", "-c", $"{restore} <<'END'\n{Istio}\nEND");
        Assert.Contains("Istio's rules", pod.Apply(new RedirectConfig()).Failure?.Cause);
        await ReplacesAsync(pod, backend, "ISTIO_");
    }

    [PodFact("nft", "iptables-nft", "iptables-legacy")]
    public async Task Istios_native_tables_are_refused_and_removed_on_request()
    {
        using var pod = RedirectedPod.Alone();
        const string Rules = "type nat hook output priority -100; tcp dport 15009 redirect to :15001;";
        await pod.MustRunAsync("nft", $"table inet istio-proxy-nat {{ chain output {{ {Rules} }}; }}");
        Assert.Contains("nft table inet istio-proxy-nat", pod.Apply(new RedirectConfig()).Failure?.Cause);
        await ReplacesAsync(pod, RedirectBackend.Netlink, "istio");
    }

    /// <summary>Nobody else's rules are touched.</summary>
    [PodFact("nft", "iptables-nft", "iptables-legacy")]
    public async Task Rules_of_others_that_do_not_redirect_stay()
    {
        using var pod = RedirectedPod.Alone();
        await pod.MustRunAsync("iptables-nft", "-A", "INPUT", "-p", "tcp", "--dport", "9", "-j", "DROP");
        await pod.MustRunAsync("iptables-legacy", "-A", "INPUT", "-p", "tcp", "--dport", "9", "-j", "DROP");
        await pod.MustRunAsync("nft", "add", "table", "ip", "mine");
        pod.MustApply(new RedirectConfig(), new RedirectOptions(Replace: true));
        pod.Cleanup();
        Assert.Contains("table ip mine", await pod.MustRunAsync("nft", "list", "tables"));
        Assert.Contains("--dport 9 -j DROP", await pod.MustRunAsync("iptables-nft-save"));
        Assert.Contains("--dport 9 -j DROP", await pod.MustRunAsync("iptables-legacy-save"));
    }

    private static async Task ReplacesAsync(RedirectedPod pod, RedirectBackend backend, string traces)
    {
        pod.MustApply(new RedirectConfig(), new RedirectOptions(backend, Replace: true));

        var rules = await pod.MustRunAsync("sh", "-c", "nft list ruleset; iptables-legacy-save; ip6tables-legacy-save");
        Assert.DoesNotContain(traces, rules);
        pod.StandIn();
        pod.Serve(pod.App, IPAddress.Any, 8080, "app");
        var destination = pod.App.Endpoint(IpFamily.V4, 8080);
        Assert.Equal(StandInProxy.In(destination), await Owner.App.AskAsync(pod.Client.Namespace, destination));
    }
}
