using System.Collections.Immutable;
using MeshProxy.DataPlane.Telemetry.Exposition;

namespace MeshProxy.Telemetry;

/// <summary>
/// The families of the webhook and its controller, which have an admin port of their own; as <see cref="SidecarFamilies"/>.
/// </summary>
internal static class WebhookFamilies
{
    public static readonly MetricFamily Reviews = MetricFamily.Counter(
        "meshproxy_webhook_reviews_total", "Admission reviews answered, by what became of the pod.", "result");

    public static readonly MetricFamily ReviewDuration = MetricFamily.Histogram(
        "meshproxy_webhook_review_duration_seconds", "From the head of a review to its answer.");

    public static readonly MetricFamily Warnings = MetricFamily.Counter(
        "meshproxy_webhook_warnings_total", "Warnings given, such as misspelled annotations.");

    public static readonly MetricFamily CertificateExpiry = MetricFamily.Gauge(
        "meshproxy_webhook_certificate_expiry_timestamp_seconds", "When the certificate in force ends.");

    public static readonly MetricFamily NamespacesKnown = MetricFamily.Gauge(
        "meshproxy_webhook_namespaces_known", "1 while the annotations of namespaces come from a live watch.");

    public static readonly MetricFamily WatchFailures = MetricFamily.Counter(
        "meshproxy_webhook_watch_failures_total",
        "Watches of the API server that failed and were begun again; the server's regular end of one does not count.", "resource");

    public static readonly MetricFamily Leader = MetricFamily.Gauge(
        "meshproxy_controller_leader", "1 in the replica that writes egress ConfigMaps.");

    public static readonly MetricFamily Reconciles = MetricFamily.Counter(
        "meshproxy_controller_reconciles_total",
        "Looks of the leader at all namespaces: ok, or failed where a write was refused.",
        "result");

    public static readonly MetricFamily Writes = MetricFamily.Counter(
        "meshproxy_controller_writes_total", "Egress ConfigMaps created or replaced.", "result");

    public static readonly MetricFamily EgressNetworks = MetricFamily.Gauge(
        "meshproxy_controller_egress_networks",
        "EgressNetworks of the leader's last look: right, or wrong, which stay as they last were right.", "state");

    /// <summary>In the order of a scrape. Those of the controller are there with --controller alone.</summary>
    public static ImmutableArray<MetricFamily> All { get; } =
    [
        Reviews,
        ReviewDuration,
        Warnings,
        CertificateExpiry,
        NamespacesKnown,
        WatchFailures,
        Leader,
        Reconciles,
        Writes,
        EgressNetworks,
        SidecarFamilies.BuildInfo,
    ];
}
