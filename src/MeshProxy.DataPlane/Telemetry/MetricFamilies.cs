using System.Collections.Immutable;
using MeshProxy.DataPlane.Telemetry.Exposition;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>
/// The data plane's families: the one place for their names, kinds, help and labels. A scrape and docs/metrics.md are made from it.
/// </summary>
public static class MetricFamilies
{
    public static readonly MetricFamily ConnectionsOpened = MetricFamily.Counter(
        "meshproxy_connections_opened_total", "Connections accepted.", "direction");

    public static readonly MetricFamily ConnectionsOpen = MetricFamily.Gauge(
        "meshproxy_connections_open", "Connections open now.", "direction");

    public static readonly MetricFamily ConnectionsShed = MetricFamily.Counter(
        "meshproxy_connections_shed_total",
        "Connections reset unserved, because there had been no room (descriptors or memory) for a second.", "direction");

    public static readonly MetricFamily ConnectionSlots = MetricFamily.Gauge(
        "meshproxy_connection_slots",
        "Connections for which there is room, those to backends of routes included; bound is what allows no more: descriptors or memory.",
        "bound");

    public static readonly MetricFamily ConnectionSlotsTaken = MetricFamily.Gauge(
        "meshproxy_connection_slots_taken", "Connections that take such room now; accepting pauses when none is left.");

    public static readonly MetricFamily ConnectionsClosed = MetricFamily.Counter(
        "meshproxy_connections_closed_total", "Connections ended, by how they ended.", "direction", "protocol", "reason");

    public static readonly MetricFamily ConnectionDurationSeconds = MetricFamily.Histogram(
        "meshproxy_connection_duration_seconds", "From accept to end.", "direction");

    public static readonly MetricFamily Bytes = MetricFamily.Counter(
        "meshproxy_bytes_total",
        "Bytes relayed: sent from client to server, received by the client from the server.",
        "direction", "protocol", "flow");

    public static readonly MetricFamily ConnectDurationSeconds = MetricFamily.Histogram(
        "meshproxy_connect_duration_seconds", "From accept to the end of the handshake with the upstream.", "direction");

    public static readonly MetricFamily ConnectErrors = MetricFamily.Counter(
        "meshproxy_connect_errors_total", "Upstreams that could not be reached.", "direction", "reason");

    public static readonly MetricFamily Detections = MetricFamily.Counter(
        "meshproxy_detections_total", "How it was decided what a connection carries.", "direction", "result");

    public static readonly MetricFamily DetectionDurationSeconds = MetricFamily.Histogram(
        "meshproxy_detection_duration_seconds", "From accept to the decision; opaque ports need none and are not in it.", "direction");

    public static readonly MetricFamily LearnedDestinations = MetricFamily.Gauge(
        "meshproxy_learned_destinations", "Destinations remembered as opaque, summed over the loops, which learn each for itself.");

    public static readonly MetricFamily EgressDenied = MetricFamily.Counter(
        "meshproxy_egress_denied_total", "Connections to destinations that the egress policy denies.");

    public static readonly MetricFamily HttpRequests = MetricFamily.Counter(
        "meshproxy_http_requests_total",
        "HTTP requests ended, by method and final status; none where the connection ended first.",
        "direction", "method", "status");

    public static readonly MetricFamily HttpRequestDurationSeconds = MetricFamily.Histogram(
        "meshproxy_http_request_duration_seconds", "From the end of a request's head to the end of its response.", "direction");

    public static readonly MetricFamily HttpRequestsInFlight = MetricFamily.Gauge(
        "meshproxy_http_requests_in_flight", "HTTP requests whose response has not ended.", "direction");

    public static readonly MetricFamily GrpcResponses = MetricFamily.Counter(
        "meshproxy_grpc_responses_total",
        "gRPC calls ended, by status; other where there was none or it is not one of gRPC's.",
        "direction", "grpc_status");

    public static readonly MetricFamily HttpUnobserved = MetricFamily.Counter(
        "meshproxy_http_unobserved_total",
        "HTTP connections relayed unobserved because of ambiguous framing (http.framing: transparent).",
        "direction");

    public static readonly MetricFamily HttpStreamsTimedOut = MetricFamily.Counter(
        "meshproxy_http_streams_timed_out_total",
        "HTTP/2 streams ended by http.timeouts.request while their connection went on.",
        "direction");

    public static readonly MetricFamily HttpRetries = MetricFamily.Counter(
        "meshproxy_http_retries_total", "Routed requests sent again.", "direction");

    public static readonly MetricFamily HttpRetriesDenied = MetricFamily.Counter(
        "meshproxy_http_retries_denied_total", "Routed requests not sent again because the budget was spent.", "direction");

    public static readonly MetricFamily BackendEjections = MetricFamily.Counter(
        "meshproxy_backend_ejections_total", "Backend addresses taken out of the choice after failures in a row.", "direction");

    public static readonly MetricFamily BackendState = MetricFamily.Gauge(
        "meshproxy_backend_state",
        "Backend addresses of routes: 0 available, 1 aside (Retry-After), 2 ejected, 3 probing. "
        + "Beyond 100: other, the highest of the rest.",
        "direction", "target");

    public static readonly MetricFamily DrainState = MetricFamily.Gauge(
        "meshproxy_drain_state", "Phase of the proxy's life: 0 serving, 1 lame duck, 2 draining, 3 stopped.");

    /// <summary>In the order of a scrape.</summary>
    public static ImmutableArray<MetricFamily> All { get; } =
    [
        ConnectionsOpened,
        ConnectionsOpen,
        ConnectionsShed,
        ConnectionSlots,
        ConnectionSlotsTaken,
        ConnectionsClosed,
        ConnectionDurationSeconds,
        Bytes,
        ConnectDurationSeconds,
        ConnectErrors,
        Detections,
        DetectionDurationSeconds,
        LearnedDestinations,
        EgressDenied,
        HttpRequests,
        HttpRequestDurationSeconds,
        HttpRequestsInFlight,
        GrpcResponses,
        HttpUnobserved,
        HttpStreamsTimedOut,
        HttpRetries,
        HttpRetriesDenied,
        BackendEjections,
        BackendState,
        DrainState,
    ];
}
