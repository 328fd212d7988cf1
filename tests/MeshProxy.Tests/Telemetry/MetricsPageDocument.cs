using System.Text;
using MeshProxy.DataPlane.Connections;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Telemetry;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.Telemetry;

/// <summary>docs/metrics.md, as it follows from the tables of families in the code.</summary>
internal static class MetricsPageDocument
{
    public static string Text()
    {
        // A backslash at a line's end joins it to the next.
        var page = new StringBuilder("""
            # Metrics

            What `/metrics` on the admin port (4191) answers, in the Prometheus text format. \
            This page is made from the code by a test; do not edit it.

            Every label has a bounded set of values, so no client or server can create an unbounded number of series. \
            Times are in seconds, sizes in bytes.
            `direction` is `inbound` (to the pod's servers) or `outbound` (from the pod's clients); \
            `protocol` is `opaque`, `http1`, `http2` or `tls`.

            ## Prometheus and Grafana

            - [`deploy/prometheus/scrape.yaml`](../deploy/prometheus/scrape.yaml), for `scrape_configs` of `prometheus.yml`, finds every
              sidecar, webhook and CNI installer of a cluster by its port and labels it with `namespace` and `pod`.
            - [`deploy/prometheus/podmonitor.yaml`](../deploy/prometheus/podmonitor.yaml) is the same for the Prometheus operator.
            - [`deploy/prometheus/rules.yaml`](../deploy/prometheus/rules.yaml) has recorded rates and percentiles, and alerts.
            - [`deploy/grafana/meshproxy.json`](../deploy/grafana/meshproxy.json) is a dashboard to import, which asks for those two labels.

            A `NetworkPolicy` that denies by default has to let Prometheus reach port 4191 of the pods.

            Counters whose first event matters begin at 0 with the process, so that `increase()` sees it. Other series begin with their
            first event, which `rate()` and `increase()` do not count.

            ## OpenTelemetry

            Metrics are not pushed. The OpenTelemetry SDK for .NET has instruments that are read when it exports for counters and gauges, \
            but none for histograms, which would have to be recorded a second time for every request and connection. \
            A collector scrapes instead:

            ```yaml
            receivers:
              prometheus:
                config:
                  scrape_configs: []     # what deploy/prometheus/scrape.yaml has
            ```

            Spans of routed requests are sent over OTLP (`tracing.otlpEndpoint`, [routes](routes.md)).

            ## The data plane


            """.Replace("\\\n", "", StringComparison.Ordinal));
        AppendTable(page, MetricFamilies.All);
        page.Append("\n## The sidecar, its process and its runtime\n\n");
        AppendTable(page, SidecarFamilies.All);
        page.Append("\n## The webhook and its controller\n\n");
        page.Append("On the webhook's own admin port; those of the controller with `--controller`.\n\n");
        AppendTable(page, WebhookFamilies.All);
        page.Append("\n## The CNI plugin's installer\n\n");
        page.Append("On its own admin port, on each node; with the families of the process and its runtime, as in a sidecar.\n\n");
        AppendTable(page, CniFamilies.All);
        page.Append("\n## Values of `reason`\n\n| reason | ended by | means |\n|---|---|---|\n");
        foreach (var reason in Enum.GetValues<CloseReason>())
            page.Append($"| `{Labels.Of(reason)}` | {EndWords.By(reason)} | {EndWords.Cause(reason)} |\n");
        page.Append("\n## Values of `result` of `meshproxy_detections_total`\n\n| result | means |\n|---|---|\n");
        foreach (var outcome in Enum.GetValues<DetectionOutcome>())
            page.Append($"| `{Labels.Of(outcome)}` | {DetectionWords.Of(outcome)} |\n");
        return page.ToString();
    }

    private static void AppendTable(StringBuilder page, IEnumerable<MetricFamily> families)
    {
        page.Append("| name | type | labels | meaning |\n|---|---|---|---|\n");
        foreach (var family in families)
        {
            var labels = string.Join(", ", family.Labels.Select(label => $"`{label}`"));
            page.Append($"| `{family.Name}` | {family.Kind.ToString().ToLowerInvariant()} | {labels} | {family.Help} |\n");
        }
    }
}
