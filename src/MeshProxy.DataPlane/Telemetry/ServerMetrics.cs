using MeshProxy.DataPlane.Connections;
using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>
/// The data plane's families for a scrape: sums the loops' counters as they are at this moment, on the scraper's thread, without stopping
/// a loop. Series that never counted anything are left out where a label set is large.
/// </summary>
public sealed class ServerMetrics
{
    private readonly LoopContext[] _contexts;
    private readonly LoopCounters[] _loops;
    private readonly Func<DrainState> _drainState;

    internal ServerMetrics(LoopContext[] contexts, Func<DrainState> drainState)
    {
        _contexts = contexts;
        _loops = [.. contexts.Select(context => context.Counters)];
        _drainState = drainState;
    }

    /// <summary>Connections open now, both directions.</summary>
    public long OpenConnections => OpenOf(Direction.Inbound) + OpenOf(Direction.Outbound);

    public long OpenOf(Direction direction) => Sum(direction, c => c.OpenNow);

    /// <summary>Connections accepted so far.</summary>
    public long OpenedOf(Direction direction) => Sum(direction, c => c.OpenedTotal);

    public void WriteTo(PrometheusText text)
    {
        WriteConnections(text);
        WriteEnds(text);
        WriteBytes(text);
        WriteConnects(text);
        WriteDetections(text);
        WriteHttp(text);
        text.Gauge("meshproxy_drain_state", "Phase of the proxy's life: 0 serving, 1 lame duck, 2 draining, 3 stopped.");
        text.Sample((long)_drainState());
    }

    private void WriteConnections(PrometheusText text)
    {
        text.Counter("meshproxy_connections_opened_total", "Connections accepted.");
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.OpenedTotal), ("direction", Labels.Of(direction)));
        text.Gauge("meshproxy_connections_open", "Connections open now.");
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.OpenNow), ("direction", Labels.Of(direction)));
        text.Counter("meshproxy_connections_shed_total", "Connections reset unserved, because descriptors had been out for a second.");
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.ShedTotal), ("direction", Labels.Of(direction)));
    }

    private void WriteEnds(PrometheusText text)
    {
        text.Counter("meshproxy_connections_closed_total", "Connections ended, by how they ended.");
        foreach (var direction in Enum.GetValues<Direction>())
        {
            foreach (var protocol in Enum.GetValues<Protocol>())
                WriteEnds(text, direction, protocol);
        }
        text.Histogram("meshproxy_connection_duration_seconds", "From accept to end.");
        foreach (var direction in Enum.GetValues<Direction>())
            WriteHistogram(text, direction, DirectionCounters.DurationBounds, c => c.DurationSeconds);
    }

    private void WriteEnds(PrometheusText text, Direction direction, Protocol protocol)
    {
        foreach (var reason in Enum.GetValues<CloseReason>())
        {
            if (Sum(direction, c => c.ClosedTotal(protocol, reason)) is var count && (count > 0 || reason == CloseReason.Completed))
                text.Sample(count, ("direction", Labels.Of(direction)), ("protocol", Labels.Of(protocol)), ("reason", Labels.Of(reason)));
        }
    }

    private void WriteBytes(PrometheusText text)
    {
        text.Counter("meshproxy_bytes_total", "Bytes relayed: sent from client to server, received by the client from the server.");
        foreach (var direction in Enum.GetValues<Direction>())
        {
            foreach (var protocol in Enum.GetValues<Protocol>())
            {
                var (name, kind) = (Labels.Of(direction), Labels.Of(protocol));
                text.Sample(Sum(direction, c => c.Sent(protocol).Value), ("direction", name), ("protocol", kind), ("flow", "sent"));
                text.Sample(Sum(direction, c => c.Received(protocol).Value), ("direction", name), ("protocol", kind), ("flow", "received"));
            }
        }
    }

    private void WriteConnects(PrometheusText text)
    {
        text.Histogram("meshproxy_connect_duration_seconds", "From accept to the end of the handshake with the upstream.");
        foreach (var direction in Enum.GetValues<Direction>())
            WriteHistogram(text, direction, DirectionCounters.ConnectBounds, c => c.ConnectSeconds);
        text.Counter("meshproxy_connect_errors_total", "Upstreams that could not be reached.");
        foreach (var direction in Enum.GetValues<Direction>())
        {
            foreach (var reason in Enum.GetValues<CloseReason>().Where(Labels.IsConnectError))
            {
                var count = Enum.GetValues<Protocol>().Sum(protocol => Sum(direction, c => c.ClosedTotal(protocol, reason)));
                text.Sample(count, ("direction", Labels.Of(direction)), ("reason", Labels.Of(reason)));
            }
        }
    }

    private void WriteDetections(PrometheusText text)
    {
        text.Counter("meshproxy_detections_total", "How it was decided what a connection carries.");
        foreach (var direction in Enum.GetValues<Direction>())
        {
            foreach (var outcome in Enum.GetValues<DetectionOutcome>())
                text.Sample(Sum(direction, c => c.DetectionsTotal(outcome)), ("direction", Labels.Of(direction)), ("result", Labels.Of(outcome)));
        }
        text.Histogram("meshproxy_detection_duration_seconds", "From accept to the decision; opaque ports need none and are not in it.");
        foreach (var direction in Enum.GetValues<Direction>())
            WriteHistogram(text, direction, DirectionCounters.DetectionBounds, c => c.DetectionSeconds);
        text.Gauge("meshproxy_learned_destinations", "Destinations remembered as opaque, summed over the loops, which learn each for itself.");
        text.Sample(_contexts.Sum(context => context.Learned.Count));
    }

    private void WriteHttp(PrometheusText text)
    {
        text.Counter("meshproxy_egress_denied_total", "Connections to destinations that the egress policy denies.");
        text.Sample(Enum.GetValues<Protocol>().Sum(protocol => Sum(Direction.Outbound, c => c.ClosedTotal(protocol, CloseReason.EgressDenied))));
        text.Counter("meshproxy_http_requests_total", "HTTP requests ended, by method and final status; none where the connection ended first.");
        foreach (var direction in Enum.GetValues<Direction>())
            WriteRequests(text, direction);
        text.Histogram("meshproxy_http_request_duration_seconds", "From the end of a request's head to the end of its response.");
        foreach (var direction in Enum.GetValues<Direction>())
            WriteHistogram(text, direction, HttpCounters.DurationBounds, c => c.Http.DurationSeconds);
        text.Gauge("meshproxy_http_requests_in_flight", "HTTP requests whose response has not ended.");
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.Http.InFlight), ("direction", Labels.Of(direction)));
        text.Counter("meshproxy_grpc_responses_total", "gRPC calls ended, by status; other where there was none or it is not one of gRPC's.");
        foreach (var direction in Enum.GetValues<Direction>())
            WriteGrpc(text, direction);
        text.Counter("meshproxy_http_unobserved_total", "HTTP connections relayed unobserved because of ambiguous framing (http.framing: transparent).");
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.Http.TransparentTotal), ("direction", Labels.Of(direction)));
    }

    private void WriteGrpc(PrometheusText text, Direction direction)
    {
        for (var status = 0; status < HttpCounters.GrpcStatuses; status++)
        {
            long count = 0;
            foreach (var loop in _loops)
                count += loop.Of(direction).Http.GrpcTotal(status);
            if (count > 0)
                text.Sample(count, ("direction", Labels.Of(direction)), ("grpc_status", Labels.OfGrpc(status)));
        }
    }

    /// <summary>1,380 sums, nearly all of them 0: plain loops, because a closure for each would be most of a scrape's garbage.</summary>
    private void WriteRequests(PrometheusText text, Direction direction)
    {
        foreach (var method in HttpCounters.Methods)
        {
            for (var status = 0; status < StatusLabels.All.Length; status++)
            {
                long count = 0;
                foreach (var loop in _loops)
                    count += loop.Of(direction).Http.RequestsTotal(method, status);
                if (count > 0)
                    text.Sample(count, ("direction", Labels.Of(direction)), ("method", method.Label()), ("status", StatusLabels.All[status]));
            }
        }
    }

    private void WriteHistogram(PrometheusText text, Direction direction, double[] bounds, Func<DirectionCounters, Histogram> of)
    {
        Span<long> counts = stackalloc long[bounds.Length + 1];
        double sum = 0;
        foreach (var loop in _loops)
            of(loop.Of(direction)).AddTo(counts, ref sum);
        text.Buckets(bounds, counts, sum, ("direction", Labels.Of(direction)));
    }

    private long Sum(Direction direction, Func<DirectionCounters, long> of)
    {
        long sum = 0;
        foreach (var loop in _loops)
            sum += of(loop.Of(direction));
        return sum;
    }
}
