using System.Net;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.Values;
using KernelNamespace = MeshProxy.Netfilter.Linux.NetworkNamespace;

namespace MeshProxy.PodTests.Redirect;

/// <summary>Each way to put the rules in force: once, again, checked, changed behind one's back, replaced by another, removed.</summary>
public sealed class BackendTests(RedirectNetwork network) : IClassFixture<RedirectNetwork>
{
    private const ushort Port = 8080;

    [PodTheory("nft", "iptables-nft-restore", "iptables-legacy-restore")]
    [InlineData(RedirectBackend.Netlink)]
    [InlineData(RedirectBackend.Nft)]
    [InlineData(RedirectBackend.IptablesNft)]
    [InlineData(RedirectBackend.IptablesLegacy)]
    public void Applied_once_it_is_already_configured_and_removed_it_is_absent(RedirectBackend backend)
    {
        using var pod = new RedirectedPod(network);
        var options = new RedirectOptions(backend);

        var first = pod.MustApply(Config, options);
        Assert.Equal(RedirectState.Applied, first.State);
        Assert.Equal(backend, first.Backend);
        var second = pod.MustApply(Config, options);
        Assert.Equal((RedirectState.AlreadyConfigured, first.Hash), (second.State, second.Hash));
        Assert.Equal(RedirectState.InForce, pod.Check(Config, options).State);
        Assert.NotEqual(first.Hash, pod.MustApply(new RedirectConfig(), options).Hash);
        Assert.NotEmpty(pod.Check(Config, options).Differences);
        Assert.Equal(RedirectState.Removed, pod.Cleanup().State);
        Assert.Equal(RedirectState.Absent, pod.Cleanup().State);
        Assert.Equal(FailureKind.CheckFailed, pod.Check(Config, options).Failure?.Kind);
    }

    [PodTheory("nft", "iptables-nft", "iptables-legacy")]
    [InlineData(RedirectBackend.Netlink, "nft flush chain inet meshproxy outbound")]
    [InlineData(RedirectBackend.Netlink, "nft delete element inet meshproxy skip_outbound_ports { 25 }")]
    [InlineData(RedirectBackend.Netlink, "nft insert rule inet meshproxy outbound tcp dport 80 accept")]
    [InlineData(RedirectBackend.Nft, "nft add chain inet meshproxy more")]
    [InlineData(RedirectBackend.IptablesNft, "iptables-nft -t nat -F MESHPROXY_OUTBOUND")]
    [InlineData(RedirectBackend.IptablesNft, "ip6tables-nft -t nat -D OUTPUT -p tcp -j MESHPROXY_OUTBOUND")]
    [InlineData(RedirectBackend.IptablesLegacy, "iptables-legacy -t nat -A MESHPROXY_OUTBOUND -j RETURN")]
    public async Task A_change_behind_ones_back_is_found_and_mended(RedirectBackend backend, string change)
    {
        using var pod = new RedirectedPod(network);
        var options = new RedirectOptions(backend);
        pod.MustApply(Config, options);
        await pod.MustRunAsync("sh", "-c", change);

        Assert.NotEmpty(pod.Check(Config, options).Differences);
        Assert.Equal(RedirectState.Applied, pod.MustApply(Config, options).State);
        Assert.Equal(RedirectState.InForce, pod.Check(Config, options).State);
    }

    [PodFact("nft")]
    public async Task A_changed_table_is_told_from_its_own_name_without_knowing_the_configuration()
    {
        using var pod = new RedirectedPod(network);
        Assert.Contains("no connection is redirected", pod.Inspect().Failure?.Cause);
        var applied = pod.MustApply(Config);
        Assert.Equal((RedirectState.InForce, applied.Hash), (pod.Inspect().State, pod.Inspect().Hash));

        await pod.MustRunAsync("nft", "insert rule inet meshproxy outbound tcp dport 80 accept");

        Assert.Contains("changed after they were applied", pod.Inspect().Failure?.Cause);
    }

    [PodFact("nft", "iptables-nft-restore", "iptables-legacy-restore")]
    public async Task Another_backend_takes_over_and_leaves_nothing_of_the_first()
    {
        using var pod = new RedirectedPod(network);
        pod.StandIn();
        pod.Serve(pod.App, IPAddress.Any, Port, "app");
        var destination = pod.App.Endpoint(IpFamily.V4, Port);
        RedirectBackend[] inTurn =
        [
            RedirectBackend.IptablesLegacy, RedirectBackend.Netlink, RedirectBackend.IptablesNft, RedirectBackend.Nft,
            RedirectBackend.IptablesLegacy, RedirectBackend.IptablesNft, RedirectBackend.Netlink,
        ];
        foreach (var backend in inTurn)
        {
            pod.MustApply(Config, new RedirectOptions(backend));
            Assert.Equal(StandInProxy.In(destination), await Owner.App.AskAsync(pod.Client.Namespace, destination));
            var places = await PlacesAsync(pod);
            Assert.Equal(backend is RedirectBackend.Nft ? RedirectBackend.Netlink : backend, Assert.Single(places));
        }
    }

    /// <summary>What is loaded over netlink, what nft loads from our text, and what nft lists are the same.</summary>
    [PodTheory("nft")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":1,\"redirect\":\"all\",\"drop-invalid\":false,\"ipv6\":\"off\"}")]
    [InlineData("{\"version\":1,\"inbound-method\":\"tproxy\",\"ipv6\":\"off\"}")]
    [InlineData("{\"version\":1,\"inbound-method\":\"tproxy\",\"own-pod\":\"redirect\"}")]
    [InlineData("""
        {"version":1, "proxy-gid":7, "proxy-mark":"0x4d50", "own-pod":"redirect",
        "skip-inbound-subnets":"10.0.0.0/8,fd00::/8,192.168.3.4", "skip-outbound-subnets":"0.0.0.0/0,::/0",
        "skip-outbound-ports":"1-3,25,3306-3310,60000-65535"}
        """)]
    public async Task Netlink_and_nft_load_the_same_rules(string json)
    {
        Assert.True(RedirectConfigJson.TryRead(json, out var config, out var errors), string.Join('\n', errors));
        using var pod = new RedirectedPod(network);
        using var scratch = new ScratchDirectory();
        var file = scratch.PathOf("rules.nft");
        await File.WriteAllTextAsync(file, Netfilter.Redirect.Text(config));

        await pod.MustRunAsync("nft", "-c", "-f", file);
        await pod.MustRunAsync("nft", "-f", file);
        var byNft = await pod.MustRunAsync("nft", "-s", "list", "ruleset");
        Assert.Equal(RedirectState.InForce, pod.Check(config with { Timeouts = new ConntrackTimeouts(null) }).State);
        await pod.MustRunAsync("nft", "flush", "ruleset");
        pod.MustApply(config, new RedirectOptions(SelfTest: false));

        Assert.Equal(byNft, await pod.MustRunAsync("nft", "-s", "list", "ruleset"));
    }

    [PodFact("nft")]
    public void Long_lists_are_loaded_whole()
    {
        using var pod = new RedirectedPod(network);
        var evenPorts = Enumerable.Range(1, 10_000).Select(n => new PortRange((ushort)(2 * n), (ushort)(2 * n)));
        var networks = Enumerable.Range(0, 3000).Select(n => IPNetwork.Parse($"fd00:{n:x}:1::/48"));
        var config = new RedirectConfig
        {
            Inbound = new InboundRedirect { SkipPorts = [.. evenPorts] },
            Outbound = new OutboundRedirect { SkipSubnets = [.. networks] },
        };
        Assert.Equal(RedirectState.Applied, pod.MustApply(config).State);
        Assert.Equal(RedirectState.InForce, pod.Check(config).State);
    }

    /// <summary>Such a kernel is made here by asking for the match under a name that no kernel has.</summary>
    [PodFact("nft")]
    public void A_kernel_that_cannot_match_sockets_redirects_every_port_and_says_so()
    {
        using var pod = new RedirectedPod(network);
        KernelNamespace.Run(pod.App.Namespace.Path, () =>
        {
            using var socket = new Netfilter.Netlink.NetlinkSocket(Netfilter.Netlink.NetlinkProtocol.Netfilter);
            var backend = new Netfilter.Backends.NfTablesBackend(socket, throughNft: false) { SocketExpression = "socket-unknown" };

            var change = backend.Apply(new RedirectConfig(), []);

            Assert.Contains("every inbound port is redirected", Assert.Single(change.Warnings));
            Assert.Equal(InboundMode.All, change.InForce.Inbound.Mode);
            Assert.Empty(backend.Differences(new RedirectConfig()));
            return true;
        });
    }

    /// <summary>Each would find the other's rules where it expects its own, and take the other's probe away.</summary>
    [PodFact("nft")]
    public async Task Several_at_a_time_take_turns()
    {
        using var pod = new RedirectedPod(network);
        RedirectConfig[] configs = [Config, new RedirectConfig(), Config, new RedirectConfig(), Config, Config];

        var outcomes = await Task.WhenAll(configs.Select(c => Task.Run(() => pod.Apply(c))));

        Assert.All(outcomes, o => Assert.True(o.Failure is null, o.Failure?.ToString()));
        Assert.All(outcomes.SelectMany(o => o.Probes), p => Assert.Equal(ProbeVerdict.Redirected, p.Verdict));
        Assert.Contains(pod.Inspect().Hash, outcomes.Select(o => o.Hash));
    }

    [PodFact]
    public async Task Nothing_on_the_host_is_needed()
    {
        using var pod = new RedirectedPod(network);
        // Where the executable is not the published one, it needs to find its runtime.
        var runtime = $"DOTNET_ROOT={Environment.GetEnvironmentVariable("DOTNET_ROOT")}";
        var (exitCode, output) = await pod.RunAsync("env", "-i", "PATH=/nowhere", runtime, MeshProxyExecutable.Path, "init");
        Assert.True(exitCode == 0, output);
        Assert.Contains("through nf_tables over netlink", output);
    }

    [PodFact]
    public void A_namespace_given_by_path_is_the_only_one_touched()
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(Config);
        Assert.Contains("no connection is redirected", Inspect(pod.Client.Namespace.Path).Failure?.Cause);
        Assert.Equal(FailureKind.OperatingSystem, Inspect("/run/netns/none").Failure?.Kind);
        Assert.Equal(FailureKind.BadValue, Inspect("/etc/hostname").Failure?.Kind);
    }

    private static RedirectConfig Config => new() { Outbound = new OutboundRedirect { SkipPorts = [new(25, 25), new(3306, 3310)] } };

    private static RedirectOutcome Inspect(string path) => Netfilter.Redirect.Inspect(new RedirectOptions(NetworkNamespace: path));

    private static async Task<RedirectBackend[]> PlacesAsync(RedirectedPod pod)
    {
        (RedirectBackend Backend, string Command)[] places =
        [
            (RedirectBackend.Netlink, "nft list tables | grep 'inet meshproxy'"),
            (RedirectBackend.IptablesNft, "(iptables-nft-save; ip6tables-nft-save) 2>/dev/null | grep MESHPROXY"),
            (RedirectBackend.IptablesLegacy, "(iptables-legacy-save; ip6tables-legacy-save) 2>/dev/null | grep MESHPROXY"),
        ];
        var found = new List<RedirectBackend>();
        foreach (var (backend, command) in places)
        {
            if ((await pod.RunAsync("sh", "-c", command)).ExitCode == 0)
                found.Add(backend);
        }
        return [.. found];
    }
}
