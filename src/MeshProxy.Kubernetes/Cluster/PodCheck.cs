using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Controller;
using MeshProxy.Kubernetes.Injection;

namespace MeshProxy.Kubernetes.Cluster;

/// <summary>Pods that should have a sidecar and have none, and annotations that do not do what somebody thinks.</summary>
internal sealed class PodCheck
{
    private readonly InjectionSettings _settings;
    private readonly ReportBuilder _report;
    private readonly Dictionary<string, JsonObject> _namespaces;
    private int _meshed;

    private PodCheck(ImmutableArray<JsonObject> namespaces, InjectionSettings settings, ReportBuilder report)
    {
        (_settings, _report) = (settings, report);
        _namespaces = namespaces.ToDictionary(ApiObject.FullName, StringComparer.Ordinal);
    }

    public static void Look(
        ImmutableArray<JsonObject> namespaces, ImmutableArray<JsonObject> pods, InjectionSettings settings, ReportBuilder report)
    {
        var check = new PodCheck(namespaces, settings, report);
        foreach (var space in namespaces)
            check.LookAtNamespace(space);
        // Of the pods of one controller, which are all alike, one is said.
        var groups = pods.Where(pod => !HasEnded(pod)).GroupBy(OwnerOf, StringComparer.Ordinal);
        foreach (var alike in groups.OrderBy(group => group.Key, StringComparer.Ordinal))
            check.LookAtPods(alike.Key, [.. alike]);
        report.Fact($"{check._meshed} pods have a sidecar");
    }

    private void LookAtNamespace(JsonObject space)
    {
        var name = ApiObject.FullName(space);
        var source = SourceOf(name, space);
        if (InjectAnnotation.Read(source, AnnotationSource.None).IsWanted == true && !EgressPlan.IsMeshed(space))
        {
            _report.Find("its annotation asks for sidecars, but the webhook is asked by a label alone", $"Namespace {name}",
                $"kubectl label namespace {name} {AnnotationNames.Inject}={AnnotationTable.Enabled}");
        }
        var annotations = new AnnotationReader(source);
        foreach (var wrong in annotations.Errors.Concat(annotations.Warnings))
            _report.Find(wrong, $"Namespace {name}", $"kubectl edit namespace {name}; docs/annotations.md has every name and value");
    }

    private void LookAtPods(string owner, JsonObject[] pods)
    {
        _meshed += pods.Count(pod => new PodTemplate(pod).IsInjected);
        var name = ApiObject.Text(pods[0], "metadata", "namespace") ?? "";
        if (!_namespaces.TryGetValue(name, out var space))
            return;
        var bare = pods.FirstOrDefault(pod => !new PodTemplate(pod).IsInjected);
        var template = new PodTemplate(bare ?? pods[0]);
        var where = pods.Length == 1 ? owner : $"{owner} ({pods.Length} pods)";
        foreach (var warning in new AnnotationReader(template.Source).Warnings)
            _report.Find(warning, where, "mend the annotation in the pod template; docs/annotations.md has every name");
        if (bare is null)
            return;
        var decision = PodInjector.Decide(template, SourceOf(name, space), _settings);
        if (decision.Verdict == InjectionVerdict.Refused)
            _report.Find(
                $"it has no sidecar, and would get none: {string.Join("; ", decision.Reasons)}",
                where, "mend what is said, then start it anew");
        else if (decision.Verdict == InjectionVerdict.Injected && !EgressPlan.IsMeshed(space))
            _report.Find("it asks for a sidecar in a namespace that the webhook is not asked about", where,
                $"kubectl label namespace {name} {AnnotationNames.Inject}={AnnotationTable.Enabled}, then start it anew");
        else if (decision.Verdict == InjectionVerdict.Injected)
            _report.Find("it has no sidecar; it started before the namespace was meshed, or while no webhook answered", where,
                $"start it anew, such as by kubectl --namespace {name} rollout restart");
    }

    private static AnnotationSource SourceOf(string name, JsonObject space) =>
        AnnotationSource.OfNamespace(name, ApiObject.Annotations(space), ApiObject.Labels(space));

    private static bool HasEnded(JsonObject pod) => ApiObject.Text(pod, "status", "phase") is "Succeeded" or "Failed"
        || ApiObject.Text(pod, "metadata", "deletionTimestamp") is not null;

    /// <summary>Such as <c>ReplicaSet shop/web-5d4</c>; a pod of nobody's is its own.</summary>
    private static string OwnerOf(JsonObject pod)
    {
        var owner = ApiObject.Items(pod, "metadata", "ownerReferences").FirstOrDefault(o => ApiObject.IsTrue(o, "controller"));
        return owner is null ? $"Pod {ApiObject.FullName(pod)}"
            : $"{ApiObject.Text(owner, "kind")} {ApiObject.Text(pod, "metadata", "namespace")}/{ApiObject.Text(owner, "name")}";
    }
}
