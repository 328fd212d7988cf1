using MeshProxy.Netfilter;
using MeshProxy.Netfilter.Conntrack;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using KernelNamespace = MeshProxy.Netfilter.Linux.NetworkNamespace;

namespace MeshProxy.PodTests.Redirect;

/// <summary>Conntrack timeouts of a pod: set with NET_ADMIN alone, raised and never lowered.</summary>
public sealed class TimeoutTests
{
    private const string Folder = "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_";

    [PodFact]
    public async Task Every_timeout_is_set_and_reads_back()
    {
        using var pod = RedirectedPod.Alone();

        pod.MustApply(new RedirectConfig { Timeouts = new ConntrackTimeouts(Minutes(61), TimeSpan.FromDays(6), Minutes(10), Minutes(11)) });

        Assert.Equal(["3660", "518400", "600", "660"], await ReadAsync(pod, "close_wait", "established", "fin_wait", "time_wait"));
    }

    [PodFact]
    public async Task A_longer_timeout_stays_unless_forced()
    {
        using var pod = RedirectedPod.Alone();
        pod.MustApply(new RedirectConfig { Timeouts = new ConntrackTimeouts(TimeSpan.FromHours(3)) });

        var kept = Assert.Single(pod.MustApply(new RedirectConfig()).Timeouts);
        Assert.Equal((TimeSpan.FromHours(3), TimeSpan.FromHours(3)), (kept.Before, kept.After));
        Assert.Equal(["10800"], await ReadAsync(pod, "close_wait"));

        pod.MustApply(new RedirectConfig { Timeouts = new ConntrackTimeouts(TimeSpan.FromHours(1), Force: true) });
        Assert.Equal(["3600"], await ReadAsync(pod, "close_wait"));
    }

    [PodFact]
    public async Task What_was_not_asked_for_keeps_the_kernels_value()
    {
        using var pod = RedirectedPod.Alone();
        var before = await ReadAsync(pod, "established", "fin_wait", "time_wait", "syn_sent", "last_ack");
        pod.MustApply(new RedirectConfig());
        Assert.Equal(before, await ReadAsync(pod, "established", "fin_wait", "time_wait", "syn_sent", "last_ack"));
    }

    [PodFact]
    public void A_check_tells_of_a_timeout_that_is_too_short()
    {
        using var pod = RedirectedPod.Alone();
        pod.MustApply(new RedirectConfig());
        var outcome = pod.Check(new RedirectConfig { Timeouts = new ConntrackTimeouts(TimeSpan.FromHours(2)) });
        Assert.Equal("- close-wait-timeout 2h: it is 1h", Assert.Single(outcome.Differences));
        Assert.Equal(FailureKind.CheckFailed, outcome.Failure?.Kind);
    }

    /// <summary>
    /// What a kernel without the netlink interface is left with; with /proc/sys read-only, as in most containers, it is nothing.
    /// </summary>
    [PodFact]
    public async Task Without_netlink_the_files_are_written()
    {
        using var pod = RedirectedPod.Alone();
        const int Invalid = 22;
        var wanted = new Dictionary<TcpTimeout, uint> { [TcpTimeout.CloseWait] = 3600, [TcpTimeout.Established] = 60 };

        var changes = KernelNamespace.Run(pod.App.Namespace.Path, () => TimeoutSetter.ChangeFiles(wanted, force: false, Invalid));

        Assert.Equal([TimeSpan.FromHours(1), TimeSpan.FromDays(5)], changes.Select(c => c.After));
        Assert.Equal(["3600", "432000"], await ReadAsync(pod, "close_wait", "established"));
    }

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);

    private static async Task<string[]> ReadAsync(RedirectedPod pod, params string[] names)
    {
        var output = await pod.MustRunAsync("cat", [.. names.Select(n => Folder + n)]);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
