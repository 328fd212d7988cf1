using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;

namespace MeshProxy.PodTests.Redirect;

/// <summary>
/// Init as a container's entry point, under what Kubernetes' restricted profile forbids, but for NET_ADMIN: not root, no_new_privs,
/// /proc/sys read-only, default seccomp. Elsewhere, setting close_wait there takes root and privileged.
/// </summary>
public sealed class ContainerTests
{
    private const string CloseWait = "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close_wait";

    [PodTheory("runc", "setcap", Container.SeccompProfile)]
    [InlineData(65534, true)]
    [InlineData(65534, false)]
    [InlineData(2102, true)]
    public async Task A_user_with_file_capabilities_redirects_sets_timeouts_and_proves_it(int user, bool noNewPrivileges)
    {
        using var pod = RedirectedPod.Alone();
        using var container = new Container { User = user, NoNewPrivileges = noNewPrivileges };

        var (exitCode, output) = await container.RunAsync(pod.App.Namespace);

        Assert.True(exitCode == 0, output);
        Assert.Contains("close-wait-timeout 1h, was 1m", output);
        foreach (var proven in new[] { "outbound IPv4", "inbound IPv4", "outbound IPv6", "inbound IPv6" })
            Assert.Contains($"self-test {proven}: redirected", output);
        Assert.Equal("3600\n", await pod.MustRunAsync("cat", CloseWait));
        Assert.Equal("", await File.ReadAllTextAsync(container.TerminationLog));
    }

    [PodFact("runc", "setcap", Container.SeccompProfile)]
    public async Task Root_needs_no_file_capability()
    {
        using var pod = RedirectedPod.Alone();
        using var container = new Container { User = 0, FileCapabilities = null };
        var (exitCode, output) = await container.RunAsync(pod.App.Namespace);
        Assert.True(exitCode == 0, output);
        Assert.Equal("3600\n", await pod.MustRunAsync("cat", CloseWait));
    }

    [PodFact("runc", "setcap", Container.SeccompProfile)]
    public async Task Without_the_capability_the_reason_is_in_the_termination_log()
    {
        using var pod = RedirectedPod.Alone();
        using var container = new Container { FileCapabilities = null };

        var (exitCode, output) = await container.RunAsync(pod.App.Namespace);

        Assert.Equal(77, exitCode);
        var reason = await File.ReadAllTextAsync(container.TerminationLog);
        Assert.Contains("needs CAP_NET_ADMIN", reason);
        Assert.Contains("setcap cap_net_admin+ep", reason);
        Assert.Contains(reason, output);
    }

    /// <summary>Kubernetes drops it to the container's bounding set: the file has what the container may not have.</summary>
    [PodFact("runc", "setcap", Container.SeccompProfile)]
    public async Task A_container_that_may_not_have_the_capability_is_told_the_security_context()
    {
        using var pod = RedirectedPod.Alone();
        using var container = new Container { User = 0, Capabilities = [], FileCapabilities = null };
        var (exitCode, output) = await container.RunAsync(pod.App.Namespace);
        Assert.Equal(77, exitCode);
        Assert.Contains("give the container securityContext: {capabilities: {drop: [ALL], add: [NET_ADMIN]}", output);
    }

    /// <summary>A shell before it costs nothing where the file has the capability itself, unlike programs that start others.</summary>
    [PodFact("runc", "setcap", Container.SeccompProfile)]
    public async Task A_shell_before_it_does_no_harm()
    {
        using var pod = RedirectedPod.Alone();
        using var container = new Container { NoNewPrivileges = false, Command = ["/bin/sh", "-c", "exec /meshproxy init"] };
        var (exitCode, output) = await container.RunAsync(pod.App.Namespace);
        Assert.True(exitCode == 0, output);
    }
}
