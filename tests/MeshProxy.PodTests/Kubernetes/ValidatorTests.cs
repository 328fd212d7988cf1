using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;

namespace MeshProxy.PodTests.Kubernetes;

/// <summary>The container that the injector puts in where a CNI plugin redirects: it has no capability, and the pod must not start
/// unredirected.</summary>
public sealed class ValidatorTests
{
    [PodFact("runc", Container.SeccompProfile)]
    public async Task A_pod_that_nobody_redirected_is_stopped_with_the_cause_and_a_redirected_one_goes_on()
    {
        using var pod = RedirectedPod.Alone();
        var (missing, output, reason) = await ValidateAsync(pod);
        Assert.True(missing == 95, output);
        Assert.Contains("this pod is not redirected: outbound IPv4", reason);
        Assert.Contains("CNI plugin", reason);

        pod.MustApply(new RedirectConfig());
        var (present, told, _) = await ValidateAsync(pod);
        Assert.True(present == 0, told);
        Assert.Contains("self-test outbound IPv4: redirected", told);
        Assert.Contains("self-test outbound IPv6: redirected", told);
    }

    private static async Task<(int ExitCode, string Output, string Reason)> ValidateAsync(RedirectedPod pod)
    {
        using var container = new Container { Capabilities = [], FileCapabilities = null, Command = ["/meshproxy", "init", "--validate"] };
        var (exitCode, output) = await container.RunAsync(pod.App.Namespace);
        return (exitCode, output, await File.ReadAllTextAsync(container.TerminationLog));
    }
}
