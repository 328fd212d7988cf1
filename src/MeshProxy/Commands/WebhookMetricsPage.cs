using System.Buffers;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Controller;
using MeshProxy.Kubernetes.Webhook;
using MeshProxy.Lifecycle;
using MeshProxy.Telemetry;

namespace MeshProxy.Commands;

/// <summary>The metrics of the webhook, and of its controller where it has one.</summary>
/// <param name="namespaces">Null where there is no API server to ask.</param>
internal sealed class WebhookMetricsPage(
    WebhookMetrics metrics, CertificateFiles certificate, ResourceWatch? namespaces, EgressController? controller)
{
    public void WriteTo(IBufferWriter<byte> output)
    {
        var text = new PrometheusText(output);
        text.Open(WebhookFamilies.Reviews);
        foreach (var result in Enum.GetValues<AdmissionResult>())
            text.Sample(metrics.Count(result), ("result", Label(result)));
        text.Open(WebhookFamilies.ReviewDuration);
        text.Buckets(WebhookMetrics.Bounds.AsSpan(), metrics.Durations(), metrics.DurationSum);
        text.Open(WebhookFamilies.Warnings);
        text.Sample(metrics.Warnings);
        text.Open(WebhookFamilies.CertificateExpiry);
        text.Sample(certificate.Expires?.ToUnixTimeSeconds() ?? 0);
        text.Open(WebhookFamilies.NamespacesKnown);
        text.Sample(namespaces is { Listed.IsCompleted: true, Failure: null } ? 1 : 0);
        WriteWatches(text);
        if (controller is not null)
            Write(text, controller);
        text.Open(SidecarFamilies.BuildInfo);
        text.Sample(1, ("version", BuildVersion.Version), ("revision", BuildVersion.Revision));
    }

    private void WriteWatches(PrometheusText text)
    {
        text.Open(WebhookFamilies.WatchFailures);
        if (namespaces is not null)
            text.Sample(namespaces.Failed, ("resource", namespaces.Name));
        foreach (var watch in controller?.Watches ?? [])
            text.Sample(watch.Failed, ("resource", watch.Name));
    }

    private static void Write(PrometheusText text, EgressController controller)
    {
        var counts = controller.Metrics;
        text.Open(WebhookFamilies.Leader);
        text.Sample(controller.IsLeader ? 1 : 0);
        text.Open(WebhookFamilies.Reconciles);
        text.Sample(counts.Reconciles, ("result", "ok"));
        text.Sample(counts.FailedReconciles, ("result", "failed"));
        text.Open(WebhookFamilies.Writes);
        text.Sample(counts.Writes, ("result", "ok"));
        text.Sample(counts.FailedWrites, ("result", "failed"));
        text.Open(WebhookFamilies.EgressNetworks);
        text.Sample(counts.Networks - counts.WrongNetworks, ("state", "right"));
        text.Sample(counts.WrongNetworks, ("state", "wrong"));
    }

    private static string Label(AdmissionResult result) => result.ToString().ToLowerInvariant();
}
