using MeshProxy.Netfilter;

namespace MeshProxy.Kubernetes.Cni.Repair;

/// <summary>Does for a pod that runs what ADD would have done before it started.</summary>
/// <param name="proc">The node's /proc.</param>
internal sealed class RedirectRepair(string proc)
{
    private const string Otherwise = "delete the pod, so that its controller makes it anew";

    /// <summary>What one pod says, or where it runs, ends no other's repair.</summary>
    public RepairResult Repair(UnredirectedPod pod)
    {
        try
        {
            return TryRepair(pod);
        }
        catch (Exception e)
        {
            var message = $"{e.GetType().Name}: {CniError.OneLine(e.Message)}; {Otherwise}";
            return new RepairResult(pod.ToString(), RepairOutcome.Failed, message);
        }
    }

    private RepairResult TryRepair(UnredirectedPod pod)
    {
        if (!RedirectConfigJson.TryRead(pod.Redirect, out var config, out var errors))
            return Result(RepairOutcome.Failed, $"its annotation cannot be carried out: {string.Join("; ", errors)}");
        using var found = PodNamespace.Find(pod.Uid, proc, out var reason);
        if (found is null)
            return Result(RepairOutcome.NotFound, $"{reason}; {Otherwise}");
        try
        {
            PodRedirect.Apply(found.Path, config);
            return Result(RepairOutcome.Repaired, "the pod had started without the plugin; its connections are redirected now");
        }
        catch (CniException e)
        {
            return Result(RepairOutcome.Failed, e.Message);
        }

        RepairResult Result(RepairOutcome outcome, string message) => new(pod.ToString(), outcome, message);
    }
}
