using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Redirect;

/// <summary>
/// The executable as init containers run it: with what it needs, and without, in which case one line says what is missing and what mends
/// it.
/// </summary>
public sealed class PrivilegeTests(RedirectNetwork network) : IClassFixture<RedirectNetwork>
{
    private const string NetAdmin = "net_admin";

    [PodFact]
    public async Task Net_admin_alone_suffices_for_a_user_that_is_not_root()
    {
        using var pod = new RedirectedPod(network);
        var (exitCode, output) = await InitAsync(pod, 65534, NetAdmin);
        Assert.True(exitCode == 0, output);
        Assert.Contains("close-wait-timeout 1h", output);
        Assert.Contains("self-test inbound IPv6: redirected", output);
    }

    [PodFact]
    public async Task A_user_without_capabilities_is_told_what_is_missing_and_how_to_give_it()
    {
        using var pod = new RedirectedPod(network);
        using var scratch = new ScratchDirectory();
        var log = scratch.PathOf("termination-log");
        await File.WriteAllTextAsync(log, "");
        File.SetUnixFileMode(log, UnixFileMode.OtherWrite | UnixFileMode.UserRead);

        var (exitCode, output) = await InitAsync(pod, 65534, "-all", log);

        Assert.Equal(77, exitCode);
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("meshproxy init: ", line);
        Assert.Contains("needs CAP_NET_ADMIN, which this process lacks (uid 65534, effective capabilities none)", line);
        Assert.Contains("securityContext: {capabilities: {drop: [ALL], add: [NET_ADMIN]}, allowPrivilegeEscalation: false}", line);
        Assert.Equal(line, await File.ReadAllTextAsync(log));
    }

    /// <summary>A shell or another program between the runtime and ours costs a user other than root its capabilities.</summary>
    [PodFact]
    public async Task A_capability_lost_at_exec_is_explained()
    {
        using var pod = new RedirectedPod(network);
        string[] asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", MeshProxyExecutable.Path, "init"];
        var (exitCode, output) = await pod.RunAsync("setpriv", asNobody);
        Assert.Equal(77, exitCode);
        Assert.Contains("CAP_NET_ADMIN is in the bounding set, so a user other than root lost it at exec", output);
        Assert.Contains("setcap cap_net_admin+ep", output);
    }

    [PodFact]
    public async Task Root_without_net_admin_is_told_so()
    {
        using var pod = new RedirectedPod(network);
        var (exitCode, output) = await InitAsync(pod, 0, "-all");
        Assert.Equal(77, exitCode);
        Assert.Contains("uid 0, effective capabilities none", output);
        Assert.DoesNotContain("Usage:", output);
    }

    [PodFact("iptables-legacy-restore")]
    public async Task Legacy_iptables_names_what_it_needs_beyond()
    {
        using var pod = RedirectedPod.Alone();
        var (exitCode, output) = await InitAsync(pod, 0, NetAdmin, null, "--backend", "iptables-legacy");
        Assert.Equal(77, exitCode);
        Assert.Contains("iptables-legacy-restore needs CAP_NET_RAW", output);
    }

    [PodFact]
    public async Task A_usage_error_prints_usage_and_a_bad_value_does_not()
    {
        using var pod = new RedirectedPod(network);
        var (usage, shown) = await pod.RunAsync(MeshProxyExecutable.Path, "init", "--inbund-port", "1");
        Assert.Equal(64, usage);
        Assert.Contains("did you mean --inbound-port?", shown);
        Assert.Contains("Usage:", shown);

        var (bad, output) = await pod.RunAsync(
            MeshProxyExecutable.Path, "init", "--skip-inbound-ports", "22,x", "--skip-outbound-subnets", "10.0.0.1/8",
            "--close-wait-timeout", "9");
        Assert.Equal(65, bad);
        Assert.DoesNotContain("Usage:", output);
        Assert.Equal(3, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("--skip-inbound-ports: item 2, 'x'", output);
    }

    [PodFact("iptables-nft")]
    public async Task Exit_codes_and_json_say_the_same()
    {
        using var pod = new RedirectedPod(network);
        await pod.MustRunAsync("iptables-nft", "-t", "nat", "-N", "PROXY_INIT_REDIRECT");
        var (conflict, report) = await pod.RunAsync(MeshProxyExecutable.Path, "init", "--json");
        Assert.Equal(78, conflict);
        Assert.Contains("\"kind\":\"conflict\"", report);
        Assert.Contains("\"exitCode\":78", report);

        Assert.Equal(0, (await pod.RunAsync(MeshProxyExecutable.Path, "init", "--replace")).ExitCode);
        Assert.Equal(0, (await pod.RunAsync(MeshProxyExecutable.Path, "init", "--check")).ExitCode);
        Assert.Equal(0, (await pod.RunAsync(MeshProxyExecutable.Path, "check", "net")).ExitCode);
        Assert.Equal(95, (await pod.RunAsync(MeshProxyExecutable.Path, "init", "--check", "--skip-outbound-ports", "25")).ExitCode);
        var (ok, again) = await pod.RunAsync(MeshProxyExecutable.Path, "init", "--json");
        Assert.Equal(0, ok);
        Assert.Contains("\"state\":\"already-configured\"", again);
        Assert.Contains("\"verdict\":\"redirected\"", again);
    }

    [PodFact]
    public void A_program_that_is_not_there_is_named()
    {
        var missing = Assert.Throws<Netfilter.NetfilterException>(() => Netfilter.Backends.HostProgram.Run("nft-of-nobody", [], ""));
        Assert.Equal(Netfilter.FailureKind.Unsupported, missing.Failure.Kind);
        Assert.Equal("the program nft-of-nobody is not installed here", missing.Failure.Cause);
        Assert.Contains("the default needs no program", missing.Failure.Cure);
    }

    /// <param name="capabilities">
    /// In the bounding set, and for a user other than root ambient, as file capabilities would give them.
    /// </param>
    private static async Task<(int ExitCode, string Output)> InitAsync(
        RedirectedPod pod, int user, string capabilities, string? terminationLog = null, params string[] arguments)
    {
        string[] bounds = capabilities == "-all"
            ? ["--inh-caps=-all", "--bounding-set=-all"]
            : [$"--inh-caps=-all,+{capabilities}", $"--ambient-caps=+{capabilities}", $"--bounding-set=-all,+{capabilities}"];
        string[] identity = [$"--reuid={user}", $"--regid={user}", "--clear-groups", "--no-new-privs"];
        var command = new PodCommand("setpriv", [.. identity, .. bounds, MeshProxyExecutable.Path, "init", .. arguments])
        {
            User = null,
            Environment = new Dictionary<string, string> { ["MESHPROXY_TERMINATION_LOG"] = terminationLog ?? "/nowhere" },
        };
        return await PodProcess.RunAsync(pod.App.Namespace, command);
    }
}
