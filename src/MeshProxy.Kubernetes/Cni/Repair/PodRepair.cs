using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Cni.Repair;

/// <summary>
/// Looks every now and then at the pods of this node, and repairs those that started without the plugin. Each failure of a pod's validator
/// is tried once, and said once, in an event on the pod. A list of one node's pods, answered from the API server's cache, costs it less
/// than a watch of every pod of the cluster.
/// </summary>
public sealed class PodRepair(KubernetesApi api, RepairSettings settings, TimeProvider time)
{
    private const string Component = "meshproxy-cni";
    private static readonly ResourcePath Events = new("", "v1", "events");

    private readonly RedirectRepair _repair = new(settings.Proc);
    private ImmutableHashSet<(string Uid, long Restarts)> _tried = [];

    /// <summary>After each repair that was tried, on the task that runs this.</summary>
    public event Action<RepairResult>? Tried;

    /// <summary>When the pods, or an event, could not be asked for or written; with the cause.</summary>
    public event Action<string>? Failed;

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancelled)
    {
        try
        {
            while (true)
            {
                await GuardedLookAsync(cancelled);
                await Task.Delay(settings.Interval, time, cancelled);
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
        }
    }

    /// <summary>A look that breaks is a bug, and no reason to look at no pod ever again.</summary>
    private async Task GuardedLookAsync(CancellationToken cancelled)
    {
        try
        {
            await LookAsync(cancelled);
        }
        catch (Exception e) when (!cancelled.IsCancellationRequested)
        {
            Failed?.Invoke($"{e.GetType().Name}: {e.Message}");
        }
    }

    internal async Task LookAsync(CancellationToken cancelled)
    {
        var path = $"{ResourcePath.Pods}?fieldSelector={Uri.EscapeDataString($"spec.nodeName={settings.Node}")}&resourceVersion=0";
        if (!(await api.GetAsync(path, cancelled)).Has(out var pods, out var failure))
        {
            Failed?.Invoke(failure.Cause);
            return;
        }
        var all = ApiObject.Items(pods, "items").Select(UnredirectedPod.Of).OfType<UnredirectedPod>().ToArray();
        _tried = _tried.Intersect(all.Select(p => (p.Uid, p.Restarts)));
        foreach (var pod in all.Where(p => !_tried.Contains((p.Uid, p.Restarts))).Take(settings.MostAtOnce))
        {
            _tried = _tried.Add((pod.Uid, pod.Restarts));
            await TryAsync(pod, cancelled);
        }
    }

    private async Task TryAsync(UnredirectedPod pod, CancellationToken cancelled)
    {
        var result = _repair.Repair(pod);
        Tried?.Invoke(result);
        if (!(await api.CreateAsync(Events.In(pod.Namespace), EventOf(pod, result), cancelled)).Has(out _, out var failure))
            Failed?.Invoke(failure.Cause);
    }

    private JsonObject EventOf(UnredirectedPod pod, RepairResult result)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["generateName"] = $"{pod.Name}.", ["namespace"] = pod.Namespace },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["namespace"] = pod.Namespace,
                ["name"] = pod.Name,
                ["uid"] = pod.Uid,
            },
            ["type"] = result.Outcome == RepairOutcome.Repaired ? "Normal" : "Warning",
            ["reason"] = result.Outcome == RepairOutcome.Repaired ? "RedirectRepaired" : "NotRedirected",
            ["message"] = result.Message,
            ["source"] = new JsonObject { ["component"] = Component, ["host"] = settings.Node },
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
        };
    }
}
