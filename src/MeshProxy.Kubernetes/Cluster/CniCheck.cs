using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Cluster;

/// <summary>Whether the CNI plugin is in place on every node that could run a pod of the mesh.</summary>
internal static class CniCheck
{
    private const string Component = "app.kubernetes.io/component";

    public static void Look(
        ImmutableArray<JsonObject> daemons, ImmutableArray<JsonObject> nodes, ImmutableArray<JsonObject> pods, ReportBuilder report)
    {
        var cni = daemons.Where(daemon => ApiObject.Labels(daemon).GetValueOrDefault(Component) == "cni").ToList();
        if (cni.Count == 0)
        {
            var waiting = pods.Where(pod => ApiObject.Annotations(pod).ContainsKey(AnnotationNames.Redirect)).ToList();
            if (waiting.Count > 0)
                report.Find($"{waiting.Count} pods count on the CNI plugin, and there is none", $"Pod {ApiObject.FullName(waiting[0])}",
                    "install with cni.enabled, or take --cni from the webhook and start the pods anew");
            return;
        }
        var names = nodes.Where(IsLinux).Select(ApiObject.FullName).ToHashSet(StringComparer.Ordinal);
        var covered = pods.Where(pod => ApiObject.Labels(pod).GetValueOrDefault(Component) == "cni" && IsReady(pod)
                && cni.Any(daemon => ApiObject.Text(daemon, "metadata", "namespace") == ApiObject.Text(pod, "metadata", "namespace")))
            .Select(pod => ApiObject.Text(pod, "spec", "nodeName")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var bare in names.Except(covered).Order(StringComparer.Ordinal))
        {
            report.Find("the CNI plugin is not ready here: pods of the mesh that start here do not come up", $"Node {bare}",
                $"see the pod of DaemonSet {ApiObject.FullName(cni[0])} on it: its /ready says why; or its nodeSelector");
        }
        if (names.Count > 0 && names.IsSubsetOf(covered))
            report.Fact($"the CNI plugin is ready on all {names.Count} nodes");
    }

    private static bool IsLinux(JsonObject node) => ApiObject.Labels(node).GetValueOrDefault("kubernetes.io/os") is null or "linux";

    private static bool IsReady(JsonObject pod) => ApiObject.Items(pod, "status", "conditions")
        .Any(condition => ApiObject.Text(condition, "type") == "Ready" && ApiObject.Text(condition, "status") == "True");
}
