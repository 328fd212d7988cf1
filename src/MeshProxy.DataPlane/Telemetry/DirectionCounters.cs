using MeshProxy.DataPlane.Connections;
using MeshProxy.Transport.Relay;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>
/// What one loop has seen of one direction. Only that loop writes, plainly; a scrape reads from its own thread,
/// and 64-bit loads do not tear.
/// </summary>
internal sealed class DirectionCounters
{
    /// <summary>Seconds: from a pod next door to another continent and the usual timeouts.</summary>
    public static readonly double[] ConnectBounds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>Seconds: bytes at once, a round trip away, a human, the deadline.</summary>
    public static readonly double[] DetectionBounds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

    /// <summary>Seconds: one request, a keep-alive, a session, days.</summary>
    public static readonly double[] DurationBounds = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 86400];

    private readonly long[] _closed = new long[Labels.Protocols.Length * Labels.Reasons.Length];
    private readonly long[] _detections = new long[Labels.Detections.Length];
    private readonly ByteCounter[] _sent = [.. Labels.Protocols.Select(_ => new ByteCounter())];
    private readonly ByteCounter[] _received = [.. Labels.Protocols.Select(_ => new ByteCounter())];
    private long _opened;
    private long _ended;
    private long _shed;

    public HttpCounters Http { get; } = new();

    public Histogram ConnectSeconds { get; } = new(ConnectBounds);

    public Histogram DetectionSeconds { get; } = new(DetectionBounds);

    public Histogram DurationSeconds { get; } = new(DurationBounds);

    public long OpenedTotal => Volatile.Read(ref _opened);

    public long OpenNow => Math.Max(0, Volatile.Read(ref _opened) - Volatile.Read(ref _ended));

    public long ShedTotal => Volatile.Read(ref _shed);

    /// <summary>Bytes from downstream to upstream.</summary>
    public ByteCounter Sent(Protocol protocol) => _sent[(int)protocol];

    /// <summary>Bytes from upstream to downstream.</summary>
    public ByteCounter Received(Protocol protocol) => _received[(int)protocol];

    public long ClosedTotal(Protocol protocol, CloseReason reason) => Volatile.Read(ref _closed[Index(protocol, reason)]);

    public long DetectionsTotal(DetectionOutcome outcome) => Volatile.Read(ref _detections[(int)outcome]);

    public void Opened() => _opened++;

    public void Shed() => _shed++;

    public void Connected(double seconds) => ConnectSeconds.Observe(seconds);

    public void Detected(DetectionOutcome outcome, double seconds)
    {
        _detections[(int)outcome]++;
        if (outcome is not (DetectionOutcome.OpaquePort or DetectionOutcome.Learned))
            DetectionSeconds.Observe(seconds);
    }

    public void Closed(Protocol protocol, CloseReason reason, double seconds)
    {
        _ended++;
        _closed[Index(protocol, reason)]++;
        DurationSeconds.Observe(seconds);
    }

    private static int Index(Protocol protocol, CloseReason reason) => (int)protocol * Labels.Reasons.Length + (int)reason;
}
