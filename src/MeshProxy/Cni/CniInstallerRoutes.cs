using System.Buffers;
using System.Collections.Immutable;
using MeshProxy.Admin;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Kubernetes.Cni.Repair;
using MeshProxy.Lifecycle;
using MeshProxy.Telemetry;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Cni;

/// <summary>The installer's admin port.</summary>
internal sealed class CniInstallerRoutes(CniInstallerState state) : AdminSite
{
    public override ImmutableArray<AdminRoute> All { get; } =
    [
        new("GET", "/ready", AdminAudience.All, "200 if pods that start on this node are redirected, else 503",
            context => ReadyAsync(context, state)),
        new("GET", "/live", AdminAudience.All, "200 while the process answers", context => PlainText.AnswerAsync(context, 200, "live")),
        new("GET", "/metrics", AdminAudience.All, "metrics for Prometheus",
            new ScrapeEndpoint(output => WriteMetrics(output, state)).AnswerAsync),
    ];

    private static Task ReadyAsync(HttpContext context, CniInstallerState state)
    {
        var coverage = state.Coverage;
        return PlainText.AnswerAsync(context, coverage.IsCovered ? 200 : 503, string.Join('\n', [coverage.Reason, .. coverage.Warnings]));
    }

    internal static void WriteMetrics(IBufferWriter<byte> output, CniInstallerState state)
    {
        var text = new PrometheusText(output);
        text.Open(CniFamilies.Covered);
        text.Sample(state.Coverage.IsCovered ? 1 : 0);
        text.Open(CniFamilies.Looks);
        text.Sample(state.Looks);
        text.Open(CniFamilies.Changes);
        text.Sample(state.Changes);
        text.Open(CniFamilies.Repairs);
        text.Sample(state.Repairs(RepairOutcome.Repaired), ("result", "repaired"));
        text.Sample(state.Repairs(RepairOutcome.NotFound), ("result", "not_found"));
        text.Sample(state.Repairs(RepairOutcome.Failed), ("result", "failed"));
        text.Open(SidecarFamilies.BuildInfo);
        text.Sample(1, ("version", BuildVersion.Version), ("revision", BuildVersion.Revision));
        ProcessMetrics.WriteTo(text);
        RuntimeMetrics.WriteTo(text);
    }
}
