using System.Buffers;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Kubernetes.Webhook;
using MeshProxy.Lifecycle;

namespace MeshProxy.Commands;

/// <summary>The metrics of the webhook.</summary>
internal sealed class WebhookMetricsPage(WebhookMetrics metrics, CertificateFiles certificate, Func<bool> namespacesKnown)
{
    public void WriteTo(IBufferWriter<byte> output)
    {
        var text = new PrometheusText(output);
        text.Counter("meshproxy_webhook_reviews_total", "Admission reviews answered, by what became of the pod.");
        foreach (var result in Enum.GetValues<AdmissionResult>())
            text.Sample(metrics.Count(result), ("result", Label(result)));
        text.Histogram("meshproxy_webhook_review_duration_seconds", "From the head of a review to its answer.");
        text.Buckets(WebhookMetrics.Bounds.AsSpan(), metrics.Durations(), metrics.DurationSum);
        text.Counter("meshproxy_webhook_warnings_total", "Warnings given, such as misspelled annotations.");
        text.Sample(metrics.Warnings);
        text.Gauge("meshproxy_webhook_certificate_expiry_timestamp_seconds", "When the certificate in force ends.");
        text.Sample(certificate.Expires?.ToUnixTimeSeconds() ?? 0);
        text.Gauge("meshproxy_webhook_namespaces_known", "1 while the annotations of namespaces come from a live watch.");
        text.Sample(namespacesKnown() ? 1 : 0);
        text.Gauge("meshproxy_build_info", "The version of this executable.");
        text.Sample(1, ("version", BuildVersion.Version), ("revision", BuildVersion.Revision));
    }

    private static string Label(AdmissionResult result) => result.ToString().ToLowerInvariant();
}
