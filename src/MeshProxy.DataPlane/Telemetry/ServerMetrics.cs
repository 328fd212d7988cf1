using MeshProxy.DataPlane.Connections;
using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Routing;
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
    private readonly Router _router;
    private readonly DescriptorBudget _budget;
    private readonly Func<DrainState> _drainState;

    /// <param name="routed">What routed requests have counted, in no loop's counters.</param>
    internal ServerMetrics(
        LoopContext[] contexts, LoopCounters routed, Router router, DescriptorBudget budget, Func<DrainState> drainState)
    {
        _budget = budget;
        _contexts = contexts;
        _router = router;
        _loops = [.. contexts.Select(context => context.Counters), routed];
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
        WriteSlots(text);
        WriteEnds(text);
        WriteBytes(text);
        WriteConnects(text);
        WriteDetections(text);
        WriteHttp(text);
        _router.WriteTo(text);
        text.Open(MetricFamilies.DrainState);
        text.Sample((long)_drainState());
    }

    private void WriteConnections(PrometheusText text)
    {
        text.Open(MetricFamilies.ConnectionsOpened);
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.OpenedTotal), ("direction", Labels.Of(direction)));
        text.Open(MetricFamilies.ConnectionsOpen);
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.OpenNow), ("direction", Labels.Of(direction)));
        text.Open(MetricFamilies.ConnectionsShed);
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.ShedTotal), ("direction", Labels.Of(direction)));
    }

    private void WriteSlots(PrometheusText text)
    {
        text.Open(MetricFamilies.ConnectionSlots);
        text.Sample(_budget.Connections, ("bound", Labels.Of(_budget.LimitedBy)));
        text.Open(MetricFamilies.ConnectionSlotsTaken);
        text.Sample(_budget.Taken);
    }

    private void WriteEnds(PrometheusText text)
    {
        text.Open(MetricFamilies.ConnectionsClosed);
        foreach (var direction in Enum.GetValues<Direction>())
        {
            foreach (var protocol in Enum.GetValues<Protocol>())
                WriteEnds(text, direction, protocol);
        }
        text.Open(MetricFamilies.ConnectionDurationSeconds);
        foreach (var direction in Enum.GetValues<Direction>())
            WriteHistogram(text, direction, DirectionCounters.DurationBounds, c => c.DurationSeconds);
    }

    private void WriteEnds(PrometheusText text, Direction direction, Protocol protocol)
    {
        foreach (var reason in Enum.GetValues<CloseReason>())
        {
            if (Sum(direction, c => c.ClosedTotal(protocol, reason)) is var count && (count > 0 || Labels.IsCountedFromZero(reason)))
                text.Sample(count, ("direction", Labels.Of(direction)), ("protocol", Labels.Of(protocol)), ("reason", Labels.Of(reason)));
        }
    }

    private void WriteBytes(PrometheusText text)
    {
        text.Open(MetricFamilies.Bytes);
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
        text.Open(MetricFamilies.ConnectDurationSeconds);
        foreach (var direction in Enum.GetValues<Direction>())
            WriteHistogram(text, direction, DirectionCounters.ConnectBounds, c => c.ConnectSeconds);
        text.Open(MetricFamilies.ConnectErrors);
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
        text.Open(MetricFamilies.Detections);
        foreach (var direction in Enum.GetValues<Direction>())
        {
            foreach (var outcome in Enum.GetValues<DetectionOutcome>())
                text.Sample(
                    Sum(direction, c => c.DetectionsTotal(outcome)), ("direction", Labels.Of(direction)), ("result", Labels.Of(outcome)));
        }
        text.Open(MetricFamilies.DetectionDurationSeconds);
        foreach (var direction in Enum.GetValues<Direction>())
            WriteHistogram(text, direction, DirectionCounters.DetectionBounds, c => c.DetectionSeconds);
        text.Open(MetricFamilies.LearnedDestinations);
        text.Sample(_contexts.Sum(context => context.Learned.Count));
    }

    private void WriteHttp(PrometheusText text)
    {
        text.Open(MetricFamilies.EgressDenied);
        text.Sample(Enum.GetValues<Protocol>()
            .Sum(protocol => Sum(Direction.Outbound, c => c.ClosedTotal(protocol, CloseReason.EgressDenied))));
        text.Open(MetricFamilies.HttpRequests);
        foreach (var direction in Enum.GetValues<Direction>())
            WriteRequests(text, direction);
        text.Open(MetricFamilies.HttpRequestDurationSeconds);
        foreach (var direction in Enum.GetValues<Direction>())
            WriteHistogram(text, direction, HttpCounters.DurationBounds, c => c.Http.DurationSeconds);
        text.Open(MetricFamilies.HttpRequestsInFlight);
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.Http.InFlight), ("direction", Labels.Of(direction)));
        text.Open(MetricFamilies.GrpcResponses);
        foreach (var direction in Enum.GetValues<Direction>())
            WriteGrpc(text, direction);
        text.Open(MetricFamilies.HttpUnobserved);
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.Http.TransparentTotal), ("direction", Labels.Of(direction)));
        text.Open(MetricFamilies.HttpStreamsTimedOut);
        foreach (var direction in Enum.GetValues<Direction>())
            text.Sample(Sum(direction, c => c.Http.StreamsTimedOutTotal), ("direction", Labels.Of(direction)));
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
                    text.Sample(
                        count, ("direction", Labels.Of(direction)), ("method", method.Label()), ("status", StatusLabels.All[status]));
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
