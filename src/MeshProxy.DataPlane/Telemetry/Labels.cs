using System.Globalization;
using MeshProxy.DataPlane.Connections;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>The values of the bounded labels, in the order of their enums: this is all that metrics and logs ever say for them.</summary>
internal static class Labels
{
    public static readonly string[] Directions = ["inbound", "outbound"];

    public static readonly string[] Protocols = ["opaque", "http1", "http2", "tls"];

    public static readonly string[] Detections =
        ["http1", "http2", "tls", "opaque_port", "server_first", "not_http", "timeout", "eof", "learned"];

    public static readonly string[] Limits = ["descriptors", "memory"];

    public static readonly string[] Reasons =
    [
        "completed", "downstream_reset", "upstream_reset", "downstream_vanished", "upstream_vanished",
        "idle_timeout", "half_closed_timeout",
        "connect_refused", "connect_timeout", "connect_unreachable", "connect_no_port", "connect_failed", "loop", "not_redirected",
        "not_our_address", "egress_denied", "request_refused", "response_refused", "request_head_timeout", "request_timeout",
        "stream_idle_timeout", "keep_alive_timeout", "flood", "out_of_resources", "drained", "shutdown_deadline", "internal_error",
    ];

    public static string Of(Direction direction) => Directions[(int)direction];

    public static string Of(Protocol protocol) => Protocols[(int)protocol];

    public static string Of(CloseReason reason) => Reasons[(int)reason];

    public static string Of(ResourceLimit limit) => Limits[(int)limit];

    public static string Of(DetectionOutcome outcome) => Detections[(int)outcome];

    public static string OfGrpc(int status) =>
        status == HttpCounters.GrpcStatuses - 1 ? "other" : status.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Ends that are counted from 0 on: completed ones, and those that should never be, whose first must be seen. A series that begins
    /// with its
    /// first event has no increase to Prometheus.
    /// </summary>
    public static bool IsCountedFromZero(CloseReason reason) => reason is CloseReason.Completed
        or CloseReason.Loop or CloseReason.OutOfResources or CloseReason.InternalError;

    /// <summary>Ends in which the upstream was never reached: they are connect errors too.</summary>
    public static bool IsConnectError(CloseReason reason) => reason is CloseReason.ConnectRefused or CloseReason.ConnectTimeout
        or CloseReason.ConnectUnreachable or CloseReason.ConnectNoPort or CloseReason.ConnectFailed;
}
