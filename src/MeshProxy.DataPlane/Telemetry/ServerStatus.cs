using MeshProxy.DataPlane.Connections;
using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.DataPlane.Telemetry.Ends;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>
/// The data plane's state for people: read on the reader's thread from what the loops count anyway, without stopping or asking a loop. One
/// reader at a time.
/// </summary>
public sealed class ServerStatus
{
    private static readonly Protocol[] Protocols = Enum.GetValues<Protocol>();
    private static readonly CloseReason[] Reasons = Enum.GetValues<CloseReason>();
    private static readonly DetectionOutcome[] Outcomes = Enum.GetValues<DetectionOutcome>();

    private readonly LoopContext[] _loops;
    private readonly LoopCounters _routed;
    private readonly TimeProvider _time;

    /// <param name="routed">What routed requests have counted, in no loop's counters.</param>
    internal ServerStatus(LoopContext[] loops, LoopCounters routed, TimeProvider time) => (_loops, _routed, _time) = (loops, routed, time);

    /// <summary>Now, by the loops' clock, but for pauses of the process.</summary>
    public long Milliseconds => (long)(_time.GetTimestamp() / (_time.TimestampFrequency / 1000.0));

    public DirectionTotals Totals(Direction direction)
    {
        var totals = TotalsOf(_routed.Of(direction));
        foreach (var loop in _loops)
            totals += TotalsOf(loop.Counters.Of(direction));
        return totals;
    }

    /// <summary>
    /// Adds how long connecting took to <paramref name="counts"/>, in the buckets of <see cref="ConnectBounds"/> and one above.
    /// </summary>
    public void AddConnects(Direction direction, Span<long> counts)
    {
        double sum = 0;
        foreach (var loop in _loops)
            loop.Counters.Of(direction).ConnectSeconds.AddTo(counts, ref sum);
        _routed.Of(direction).ConnectSeconds.AddTo(counts, ref sum);
    }

    public static ReadOnlySpan<double> ConnectBounds => DirectionCounters.ConnectBounds;

    /// <summary>Reads every destination into the sums kept from the last reading; those that are no more are removed.</summary>
    /// <param name="others">Of destinations without a row; its latencies are theirs while they have none.</param>
    public void ReadDestinations(Dictionary<DestinationKey, DestinationSums> sums, DestinationSums others)
    {
        foreach (var known in sums.Values)
            known.Clear();
        others.Clear();
        foreach (var loop in _loops)
        {
            foreach (var row in loop.Destinations.Slots)
            {
                if (row is not null)
                    row.AddTo(SumsOf(sums, row.Key));
            }
            loop.Destinations.Overflow.AddTo(others);
        }
        foreach (var (key, known) in sums)
        {
            if (!known.IsFound)
                sums.Remove(key);
        }
    }

    /// <summary>Every abnormal end that is still remembered, in no order.</summary>
    public void ReadEnds(List<EndRecord> ends)
    {
        foreach (var loop in _loops)
            loop.RecentEnds.AddTo(ends);
    }

    /// <summary>Ends by reason; those that never happened are left out.</summary>
    public IEnumerable<LabelCount> Ends()
    {
        foreach (var direction in Enum.GetValues<Direction>())
        {
            foreach (var reason in Reasons)
            {
                if (CountOf(direction, reason) is var count and > 0)
                    yield return new LabelCount(direction, Labels.Of(reason), EndWords.Cause(reason), count, EndWords.IsAbnormal(reason));
            }
        }
    }

    /// <summary>Connections by how their protocol was decided; ways that never decided are left out.</summary>
    public IEnumerable<LabelCount> Detections()
    {
        foreach (var direction in Enum.GetValues<Direction>())
        {
            foreach (var outcome in Outcomes)
            {
                var count = _loops.Sum(loop => loop.Counters.Of(direction).DetectionsTotal(outcome));
                if (count > 0)
                    yield return new LabelCount(direction, Labels.Of(outcome), DetectionWords.Of(outcome), count, IsAbnormal: false);
            }
        }
    }

    private long CountOf(Direction direction, CloseReason reason)
    {
        long count = 0;
        foreach (var loop in _loops)
        {
            foreach (var protocol in Protocols)
                count += loop.Counters.Of(direction).ClosedTotal(protocol, reason);
        }
        return count;
    }

    private static DirectionTotals TotalsOf(DirectionCounters counters)
    {
        var (requests, failed) = counters.Http.Totals();
        long sent = 0, received = 0, abnormal = 0;
        foreach (var protocol in Protocols)
        {
            sent += counters.Sent(protocol).Value;
            received += counters.Received(protocol).Value;
            foreach (var reason in Reasons)
                abnormal += EndWords.IsAbnormal(reason) ? counters.ClosedTotal(protocol, reason) : 0;
        }
        return new DirectionTotals(
            counters.OpenedTotal, counters.OpenNow, requests, failed, counters.Http.InFlight, abnormal, sent, received);
    }

    private static DestinationSums SumsOf(Dictionary<DestinationKey, DestinationSums> sums, DestinationKey key)
    {
        if (!sums.TryGetValue(key, out var known))
            sums.Add(key, known = new DestinationSums(key));
        known.IsFound = true;
        return known;
    }
}
