using MeshProxy.DataPlane.Connections;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Telemetry.Destinations;

/// <summary>
/// What one loop has seen of one destination: found once per connection, then a few plain adds. Written by that loop alone; anyone may
/// read, and sees each number whole. About 350 bytes.
/// </summary>
internal sealed class DestinationCounters(DestinationKey key)
{
    private const byte Undecided = byte.MaxValue;

    private long _opened;
    private long _ended;
    private long _requests;
    private long _failures;
    private long _learnedUntil;
    private LatencyBuckets _latency;
    private Protocol _protocol;
    private byte _decided = Undecided;

    public DestinationKey Key => key;

    /// <summary>Its neighbours in the order of idleness, and its slot; the table's own.</summary>
    internal DestinationCounters? Older { get; set; }

    internal DestinationCounters? Newer { get; set; }

    internal int Slot { get; set; }

    /// <summary>HTTP was seen there, in whichever connection.</summary>
    public bool HasSpokenHttp { get; private set; }

    internal bool IsIdle => _opened == _ended;

    public void Opened() => _opened++;

    public void Decided(Protocol protocol, DetectionOutcome outcome)
    {
        _protocol = protocol;
        _decided = (byte)outcome;
        HasSpokenHttp |= protocol is Protocol.Http1 or Protocol.Http2;
    }

    /// <summary>Only where no request will be timed: a row's latencies are of one kind.</summary>
    public void Connected(Protocol protocol, double seconds)
    {
        if (protocol is Protocol.Opaque or Protocol.Tls)
            _latency[LatencyBuckets.BucketOf(seconds)]++;
    }

    /// <param name="status">Of the final response; 0 where there was none.</param>
    public void RequestEnded(int status, double seconds)
    {
        _requests++;
        if (status >= 500)
            _failures++;
        _latency[LatencyBuckets.BucketOf(seconds)]++;
    }

    public void Ended(CloseReason reason)
    {
        _ended++;
        if (EndWords.IsAbnormal(reason))
            _failures++;
    }

    /// <param name="until">Milliseconds of the loop's clock; 0 forgets.</param>
    public void Learned(long until) => _learnedUntil = until;

    /// <summary>Takes over the counts of a row that gives way.</summary>
    internal void Absorb(DestinationCounters other)
    {
        _opened += other._opened;
        _ended += other._ended;
        _requests += other._requests;
        _failures += other._failures;
    }

    /// <summary>Adds to a reader's sums, from any thread.</summary>
    internal void AddTo(DestinationSums sums)
    {
        var opened = Volatile.Read(ref _opened);
        sums.Opened += opened;
        sums.Open += Math.Max(0, opened - Volatile.Read(ref _ended));
        sums.Requests += Volatile.Read(ref _requests);
        sums.Failures += Volatile.Read(ref _failures);
        sums.LearnedUntil = Math.Max(sums.LearnedUntil, Volatile.Read(ref _learnedUntil));
        for (var i = 0; i < LatencyBuckets.Count; i++)
            sums.Latency[i] += Volatile.Read(ref _latency[i]);
        if (Volatile.Read(ref _decided) is var decided and not Undecided)
            (sums.Protocol, sums.DecidedBy) = (_protocol, (DetectionOutcome)decided);
    }
}
