using System.Collections.Immutable;
using MeshProxy.DataPlane.Telemetry.Exposition;

namespace MeshProxy.Telemetry;

/// <summary>The families of the CNI plugin's installer, which has an admin port of its own; as <see cref="SidecarFamilies"/>.</summary>
internal static class CniFamilies
{
    public static readonly MetricFamily Covered = MetricFamily.Gauge(
        "meshproxy_cni_covered", "1 if pods that start on this node are redirected.");

    public static readonly MetricFamily Looks = MetricFamily.Counter(
        "meshproxy_cni_looks_total", "How often the node's folders were looked at.");

    public static readonly MetricFamily Changes = MetricFamily.Counter(
        "meshproxy_cni_changes_total", "Changes to the node's folders; one that keeps rising has an opponent.");

    public static readonly MetricFamily Repairs = MetricFamily.Counter(
        "meshproxy_cni_repairs_total",
        "Pods that had started without the plugin, by what became of them: repaired, not_found or failed.", "result");

    /// <summary>In the order of a scrape; those of the process and its runtime, which every sidecar has, come after them.</summary>
    public static ImmutableArray<MetricFamily> All { get; } = [Covered, Looks, Changes, Repairs, SidecarFamilies.BuildInfo];
}
