using MeshProxy.DataPlane.Connections;

namespace MeshProxy.DataPlane.Telemetry.Destinations;

/// <summary>One destination over all loops, as of the last reading. A reader keeps it from reading to reading.</summary>
public sealed class DestinationSums(DestinationKey key)
{
    private readonly uint[] _latency = new uint[LatencyBuckets.Count];

    public DestinationKey Key => key;

    /// <summary>Connections so far.</summary>
    public long Opened { get; internal set; }

    /// <summary>Connections open now.</summary>
    public long Open { get; internal set; }

    public long Requests { get; internal set; }

    /// <summary>Abnormal ends, and answers with a status of 500 or more.</summary>
    public long Failures { get; internal set; }

    /// <summary>Milliseconds of the loops' clock; 0 where nothing was learned.</summary>
    public long LearnedUntil { get; internal set; }

    /// <summary>The protocol's label; empty where nothing has been decided yet.</summary>
    public string ProtocolLabel => DecidedBy is null ? "" : Labels.Of(Protocol);

    public string DecidedByLabel => DecidedBy is { } outcome ? Labels.Of(outcome) : "";

    /// <summary>Counts per bucket; they wrap, so take differences.</summary>
    public ReadOnlySpan<uint> LatencyCounts => _latency;

    /// <summary>The highest time that a bucket counts, in seconds; of the last, the lowest.</summary>
    public static double UpperBound(int bucket) => LatencyBuckets.UpperBound(bucket);

    internal uint[] Latency => _latency;

    internal Protocol Protocol { get; set; }

    internal DetectionOutcome? DecidedBy { get; set; }

    /// <summary>Whether the last reading found it; one that gave way in all loops is not found any more.</summary>
    internal bool IsFound { get; set; }

    internal void Clear()
    {
        Opened = Open = Requests = Failures = LearnedUntil = 0;
        DecidedBy = null;
        IsFound = false;
        Array.Clear(_latency);
    }
}
